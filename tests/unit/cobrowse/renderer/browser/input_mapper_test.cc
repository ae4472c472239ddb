#include "cobrowse/renderer/browser/input_mapper.h"

#include <gtest/gtest.h>

#include "http/core/json.h"

namespace turnpike::browser {
namespace {

constexpr MonotonicTime kStart{seconds(100)};

const boost::json::value& param(const InputMapper::Calls& calls, std::string_view name,
                                std::size_t which = 0) {
  static const boost::json::value kNone;
  if (calls.size() <= which) return kNone;
  const boost::json::value* const value = calls[which].params.if_contains(name);
  return value != nullptr ? *value : kNone;
}

TEST(InputMapper, ClicksInARowAreCounted) {
  InputMapper mapper;
  const auto click = [&](Point at, int button, milliseconds when) {
    const auto calls = mapper.press(1, at, button, 0, kStart + when);
    mapper.release(1, at, button, 0);
    return param(calls, "clickCount").to_number<int>();
  };
  EXPECT_EQ(click({10, 10}, 0, milliseconds(0)), 1);
  EXPECT_EQ(click({11, 10}, 0, milliseconds(200)), 2);
  EXPECT_EQ(click({11, 10}, 0, milliseconds(400)), 3);
  EXPECT_EQ(click({11, 10}, 0, milliseconds(500)), 1);
  EXPECT_EQ(click({11, 10}, 2, milliseconds(600)), 1);
  EXPECT_EQ(click({40, 10}, 2, milliseconds(700)), 1);
  EXPECT_EQ(click({40, 10}, 2, milliseconds(1300)), 1);
}

TEST(InputMapper, ButtonsAreHeldWhileTheyAreDown) {
  InputMapper mapper;
  const auto down = mapper.press(1, {3, 4}, 0, 8, kStart);
  EXPECT_EQ(down.at(0).method, "Input.dispatchMouseEvent");
  EXPECT_EQ(param(down, "button"), "left");
  EXPECT_EQ(param(down, "buttons"), 1);
  EXPECT_EQ(param(down, "modifiers"), 8);
  const auto second = mapper.press(2, {3, 4}, 2, 0, kStart);
  EXPECT_EQ(param(second, "buttons"), 3);
  const auto drag = mapper.move(1, {5, 6}, 0);
  EXPECT_EQ(param(drag, "button"), "left");
  EXPECT_EQ(param(drag, "x"), 5.0);
  EXPECT_EQ(param(mapper.release(1, {5, 6}, 0, 0), "buttons"), 2);
  EXPECT_TRUE(mapper.release(1, {5, 6}, 0, 0).empty());
  EXPECT_TRUE(mapper.release(1, {5, 6}, 2, 0).empty());  // that is the other one's
  EXPECT_FALSE(mapper.release(2, {5, 6}, 2, 0).empty());
}

TEST(InputMapper, NoSuchButton) {
  InputMapper mapper;
  for (const int button : {-1, 3, 1000}) {
    EXPECT_TRUE(mapper.press(1, {}, button, 0, kStart).empty());
    EXPECT_TRUE(mapper.release(1, {}, button, 0).empty());
  }
}

TEST(InputMapper, KeysTypeTextUnlessTheyAreShortcuts) {
  InputMapper mapper;
  auto calls = mapper.key(1, {.down = true, .key = "a", .code = "KeyA"});
  EXPECT_EQ(param(calls, "type"), "keyDown");
  EXPECT_EQ(param(calls, "text"), "a");
  EXPECT_EQ(param(calls, "windowsVirtualKeyCode"), 65);
  calls = mapper.key(1, {.down = false, .key = "a", .code = "KeyA"});
  EXPECT_EQ(param(calls, "type"), "keyUp");
  EXPECT_TRUE(mapper.key(1, {.down = false, .key = "a", .code = "KeyA"}).empty());
  calls = mapper.key(1, {.down = true, .key = "a", .code = "KeyA", .modifiers = 2});
  EXPECT_EQ(param(calls, "type"), "rawKeyDown");
  EXPECT_TRUE(param(calls, "text").is_null());
  EXPECT_EQ(http::to_json(param(calls, "commands")), R"(["selectAll"])");
}

TEST(InputMapper, NobodyHoldsMoreKeysThanFingers) {
  InputMapper mapper;
  std::size_t taken = 0;
  for (int i = 0; i < 100; ++i) {
    taken += mapper.key(1, {.down = true, .key = "x", .code = "Key" + std::to_string(i)}).size();
  }
  EXPECT_EQ(taken, 16U);
  EXPECT_EQ(mapper.key(1, {.down = true, .key = "x", .code = "Key0", .repeat = true}).size(), 1U);
}

TEST(InputMapper, WhatOneHoldsComesUp) {
  InputMapper mapper;
  mapper.press(1, {7, 8}, 0, 0, kStart);
  mapper.key(1, {.down = true, .key = "Shift", .code = "ShiftLeft", .modifiers = 8});
  mapper.key(2, {.down = true, .key = "b", .code = "KeyB"});
  const auto calls = mapper.release_all(1);
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(param(calls, "type"), "mouseReleased");
  EXPECT_EQ(param(calls, "x"), 7.0);
  EXPECT_EQ(param(calls, "type", 1), "keyUp");
  EXPECT_EQ(param(calls, "code", 1), "ShiftLeft");
  EXPECT_EQ(param(calls, "modifiers", 1), 0);
  EXPECT_TRUE(mapper.release_all(1).empty());
  EXPECT_TRUE(mapper.release_all(3).empty());
  EXPECT_EQ(mapper.release_all(2).size(), 1U);
}

TEST(InputMapper, WheelTextAndComposition) {
  InputMapper mapper;
  auto calls = mapper.wheel({1, 2}, 3, -120);
  EXPECT_EQ(param(calls, "type"), "mouseWheel");
  EXPECT_EQ(param(calls, "deltaY"), -120.0);
  calls = mapper.text("é");
  EXPECT_EQ(calls.at(0).method, "Input.insertText");
  calls = mapper.compose("か", 0, 1);
  EXPECT_EQ(calls.at(0).method, "Input.imeSetComposition");
  EXPECT_EQ(param(calls, "selectionEnd"), 1);
}

TEST(InputMapper, TouchesAreBoundedAndEndEmpty) {
  InputMapper mapper;
  const std::vector<TouchPoint> many(30, {.id = 1, .at = {2, 3}});
  auto calls = mapper.touch(1, TouchPhase::kStart, many);
  EXPECT_EQ(param(calls, "type"), "touchStart");
  EXPECT_EQ(param(calls, "touchPoints").as_array().size(), 10U);
  EXPECT_EQ(param(mapper.touch(1, TouchPhase::kMove, many), "type"), "touchMove");
  calls = mapper.touch(1, TouchPhase::kEnd, {});
  EXPECT_EQ(param(calls, "type"), "touchEnd");
  EXPECT_TRUE(param(calls, "touchPoints").as_array().empty());
  EXPECT_TRUE(mapper.touch(1, TouchPhase::kEnd, {}).empty());
  EXPECT_TRUE(mapper.touch(1, TouchPhase::kCancel, {}).empty());
  EXPECT_TRUE(mapper.touch(1, TouchPhase::kStart, {}).empty());
}

TEST(InputMapper, OneOfTwoFingersIsLifted) {
  InputMapper mapper;
  mapper.touch(1, TouchPhase::kStart, {{.id = 0}});
  EXPECT_EQ(param(mapper.touch(1, TouchPhase::kStart, {{.id = 0}, {.id = 1}}), "type"),
            "touchStart");
  const auto calls = mapper.touch(1, TouchPhase::kEnd, {{.id = 1}});
  EXPECT_EQ(param(calls, "type"), "touchMove");
  ASSERT_EQ(param(calls, "touchPoints").as_array().size(), 1U);
  EXPECT_EQ(param(calls, "touchPoints").at(0).at("id"), 1);
  EXPECT_EQ(param(mapper.touch(1, TouchPhase::kEnd, {}), "type"), "touchEnd");
}

TEST(InputMapper, TouchesOfWhoLosesControlAreCancelled) {
  InputMapper mapper;
  mapper.touch(1, TouchPhase::kStart, {{.id = 0}});
  EXPECT_TRUE(mapper.release_all(2).empty());
  const auto calls = mapper.release_all(1);
  EXPECT_EQ(param(calls, "type"), "touchCancel");
  EXPECT_TRUE(param(calls, "touchPoints").as_array().empty());
  EXPECT_TRUE(mapper.touch(1, TouchPhase::kMove, {{.id = 0}}).empty());
  EXPECT_EQ(mapper.touch(2, TouchPhase::kStart, {{.id = 0}}).size(), 1U);
}

TEST(InputMapper, TheNextOnesTapBeginsAnew) {
  InputMapper mapper;
  mapper.touch(1, TouchPhase::kStart, {{.id = 0}});
  const auto calls = mapper.touch(2, TouchPhase::kStart, {{.id = 0}});
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(param(calls, "type"), "touchCancel");
  EXPECT_EQ(param(calls, "type", 1), "touchStart");
  EXPECT_TRUE(mapper.touch(1, TouchPhase::kEnd, {}).empty()) << "those were lifted for him";
  EXPECT_TRUE(mapper.release_all(1).empty());
  EXPECT_EQ(param(mapper.touch(2, TouchPhase::kEnd, {}), "type"), "touchEnd");
}

}  // namespace
}  // namespace turnpike::browser
