#include "cobrowse/renderer/input_route.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "http/core/json.h"

namespace turnpike::renderer {
namespace {

/// A browser that answers nothing and shows what it was told.
class InputRouteTest : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> to{}, from{};
    ASSERT_EQ(::pipe(to.data()), 0);
    ASSERT_EQ(::pipe(from.data()), 0);
    calls_ = to[0];
    says_ = from[1];
    browser_ = std::make_unique<browser::Browser>(
        browser::BrowserSettings{}, from[0], to[1],
        [](const std::function<void()>& work) { work(); },
        browser::BrowserEvents{.on_ready = [] {},
                               .on_page = [](const auto&) {},
                               .on_tabs = [](const auto&) {},
                               .on_dialog = [](const auto&) {},
                               .on_chooser = [](bool) {},
                               .on_sensitive = [](bool) {},
                               .on_notice = [](const auto&) {},
                               .on_closed = [](const auto&) {}});
    say(R"({"id":1,"result":{"userAgent":"x"}})");
    say(R"({"method":"Target.attachedToTarget","params":{"sessionId":"tab","targetInfo":)"
        R"({"targetId":"1","type":"page","url":"about:blank"}}})");
    wait_for("Page.bringToFront");
  }
  void TearDown() override {
    browser_.reset();
    ::close(calls_);
    ::close(says_);
  }
  void say(const std::string& text) {
    ASSERT_EQ(::write(says_, text.c_str(), text.size() + 1), static_cast<ssize_t>(text.size() + 1));
  }
  /// The next call of that method, as text.
  std::string wait_for(const std::string& method) {
    while (true) {
      const std::size_t end = read_.find('\0');
      if (end == std::string::npos) {
        std::array<char, 4096> chunk{};
        const ssize_t got = ::read(calls_, chunk.data(), chunk.size());
        if (got <= 0) return "";
        read_.append(chunk.data(), static_cast<std::size_t>(got));
        continue;
      }
      const std::string call = read_.substr(0, end);
      read_.erase(0, end + 1);
      if (call.find("\"" + method + "\"") != std::string::npos) return call;
    }
  }
  bool route(const std::string& type, const std::string& members) {
    const auto message = http::parse_json_object("{\"viewer\":1," + members + "}");
    return route_.handle(type, *message, *browser_, nullptr, now_);
  }
  static bool has(const std::string& call, const std::string& member) {
    return call.find(member) != std::string::npos;
  }

  int calls_ = -1, says_ = -1;
  std::string read_;
  MonotonicTime now_{seconds(10)};
  std::unique_ptr<browser::Browser> browser_;
  InputRoute route_{1280, 720};
};

TEST_F(InputRouteTest, PlacesAreScaledToThePicture) {
  EXPECT_TRUE(route("move", R"("x":65535,"y":0,"f":1)"));
  const std::string call = wait_for("Input.dispatchMouseEvent");
  EXPECT_TRUE(has(call, R"("x":1.279E3)") || has(call, R"("x":1279)")) << call;
  EXPECT_TRUE(has(call, R"("type":"mouseMoved")")) << call;
}

TEST_F(InputRouteTest, PlacesStayInThePicture) {
  EXPECT_TRUE(route("move", R"("x":9000000000000000000,"y":-5,"f":1)"));
  const std::string call = wait_for("Input.dispatchMouseEvent");
  EXPECT_TRUE(has(call, R"("x":1.279E3)") || has(call, R"("x":1279)")) << call;
  EXPECT_TRUE(has(call, R"("y":0)")) << call;
}

TEST_F(InputRouteTest, TwoQuickPressesAreADoubleClick) {
  for (const char* const count : {R"("clickCount":1)", R"("clickCount":2)"}) {
    route("down", R"("x":100,"y":100,"button":0,"mods":0)");
    EXPECT_TRUE(has(wait_for("Input.dispatchMouseEvent"), count));
    route("up", R"("x":100,"y":100,"button":0,"mods":0)");
    wait_for("Input.dispatchMouseEvent");
  }
}

TEST_F(InputRouteTest, WhatIsHeldDownComesUp) {
  route("key", R"("down":true,"key":"Shift","code":"ShiftLeft","mods":8,"repeat":false)");
  EXPECT_TRUE(has(wait_for("Input.dispatchKeyEvent"), R"("type":"rawKeyDown")"));
  route("down", R"("x":1,"y":1,"button":2,"mods":0)");
  wait_for("Input.dispatchMouseEvent");
  route_.release_all(1, *browser_);
  EXPECT_TRUE(has(wait_for("Input.dispatchMouseEvent"), R"("type":"mouseReleased")"));
  EXPECT_TRUE(has(wait_for("Input.dispatchKeyEvent"), R"("type":"keyUp")"));
}

TEST_F(InputRouteTest, FingersComeUpToo) {
  route("touch", R"("phase":"start","points":[{"id":1,"x":0,"y":0}],"f":1)");
  EXPECT_TRUE(has(wait_for("Input.dispatchTouchEvent"), "touchStart"));
  route_.release_all(1, *browser_);
  EXPECT_TRUE(has(wait_for("Input.dispatchTouchEvent"), "touchCancel"));
}

TEST_F(InputRouteTest, TextCompositionTouchAndWheel) {
  EXPECT_TRUE(route("text", R"("text":"hi")"));
  EXPECT_TRUE(has(wait_for("Input.insertText"), R"("text":"hi")"));
  EXPECT_TRUE(route("ime", R"("text":"ni","start":2,"end":2)"));
  EXPECT_TRUE(has(wait_for("Input.imeSetComposition"), R"("selectionStart":2)"));
  EXPECT_TRUE(route("touch", R"("phase":"start","points":[{"id":1,"x":0,"y":0}],"f":1)"));
  EXPECT_TRUE(has(wait_for("Input.dispatchTouchEvent"), "touchStart"));
  EXPECT_TRUE(route("wheel", R"("x":0,"y":0,"dx":0,"dy":120.5)"));
  EXPECT_TRUE(has(wait_for("Input.dispatchMouseEvent"), "mouseWheel"));
  EXPECT_FALSE(route("nav", R"("do":"back")"));
}

}  // namespace
}  // namespace turnpike::renderer
