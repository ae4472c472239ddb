#include "cobrowse/renderer/capture/x11_input.h"

#include <gtest/gtest.h>

#include "test_screen.h"

namespace turnpike::capture {
namespace {

constexpr std::uint32_t kReturn = 0xff0d;
constexpr std::uint32_t kEuro = 0x010020ac;  // no key of the usual keyboard has it

class X11InputTest : public ScreenTest {
 protected:
  void SetUp() override {
    ScreenTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    auto input = X11Input::open(xvfb_->place());
    ASSERT_TRUE(input) << input.error();
    input_.emplace(std::move(*input));
  }

  struct Got {
    int type = 0;
    int detail = 0;
    int x = 0;
    int y = 0;
    int state = 0;
  };
  /// Keys and buttons have one layout.
  Got next() {
    const auto event = painter_->wait_for_input();
    if (event == nullptr) return {};
    const auto& press = *reinterpret_cast<const xcb_button_press_event_t*>(event.get());
    return {press.response_type & 0x7f, press.detail, press.event_x, press.event_y, press.state};
  }
  std::uint32_t keysym_of(int code, int column) {
    const X11Reply<xcb_get_keyboard_mapping_reply_t> reply(xcb_get_keyboard_mapping_reply(
        painter_->server(),
        xcb_get_keyboard_mapping(painter_->server(), static_cast<xcb_keycode_t>(code), 1),
        nullptr));
    return xcb_get_keyboard_mapping_keysyms(reply.get())[column];
  }

  std::optional<X11Input> input_;
};

TEST_F(X11InputTest, ClicksAPopup) {
  painter_->open_window({.x = 50, .y = 60, .width = 100, .height = 80}, 0, true);
  ASSERT_TRUE(input_->move(70, 90));
  ASSERT_TRUE(input_->button(X11Button::kLeft, true));
  ASSERT_TRUE(input_->button(X11Button::kLeft, false));
  ASSERT_TRUE(input_->button(X11Button::kWheelDown, true));
  const Got down = next();
  EXPECT_EQ(down.type, XCB_BUTTON_PRESS);
  EXPECT_EQ(down.detail, 1);
  EXPECT_EQ(down.x, 20);
  EXPECT_EQ(down.y, 30);
  EXPECT_EQ(next().type, XCB_BUTTON_RELEASE);
  EXPECT_EQ(next().detail, 5);
}

TEST_F(X11InputTest, TypesKeys) {
  painter_->open_window({.x = 0, .y = 0, .width = kWidth, .height = kHeight}, 0, true);
  ASSERT_TRUE(input_->move(10, 10));
  ASSERT_TRUE(input_->key('a', true));
  const Got down = next();
  EXPECT_EQ(down.type, XCB_KEY_PRESS);
  EXPECT_EQ(keysym_of(down.detail, 0), 'a');
  ASSERT_TRUE(input_->key('a', false));
  EXPECT_EQ(next().type, XCB_KEY_RELEASE);
  ASSERT_TRUE(input_->key(kReturn, true));
  EXPECT_EQ(keysym_of(next().detail, 0), kReturn);
}

TEST_F(X11InputTest, ShiftComesAlong) {
  painter_->open_window({.x = 0, .y = 0, .width = kWidth, .height = kHeight}, 0, true);
  ASSERT_TRUE(input_->move(10, 10));
  ASSERT_TRUE(input_->key('A', true));
  ASSERT_TRUE(input_->key('A', false));
  next();  // shift
  const Got down = next();
  EXPECT_EQ(keysym_of(down.detail, 1), 'A');
  EXPECT_NE(down.state & XCB_MOD_MASK_SHIFT, 0);
  EXPECT_EQ(next().type, XCB_KEY_RELEASE);
  EXPECT_EQ(next().type, XCB_KEY_RELEASE);
  ASSERT_TRUE(input_->key('a', true));
  EXPECT_EQ(next().state & XCB_MOD_MASK_SHIFT, 0);
}

TEST_F(X11InputTest, AKeysymThatNoKeyHasGetsASpareOne) {
  painter_->open_window({.x = 0, .y = 0, .width = kWidth, .height = kHeight}, 0, true);
  ASSERT_TRUE(input_->move(10, 10));
  ASSERT_TRUE(input_->key(kEuro, true));
  const Got down = next();
  EXPECT_EQ(down.type, XCB_KEY_PRESS);
  EXPECT_EQ(keysym_of(down.detail, 0), kEuro);
  ASSERT_TRUE(input_->key(kEuro, false));
  const Got up = next();
  EXPECT_EQ(up.type, XCB_KEY_RELEASE);
  EXPECT_EQ(up.detail, down.detail);
}

TEST_F(X11InputTest, KnowsWhereAPopupIs) {
  EXPECT_FALSE(input_->popup_at(60, 70));
  painter_->open_window({.x = 0, .y = 0, .width = kWidth, .height = kHeight}, 0, false);
  EXPECT_FALSE(input_->popup_at(60, 70));
  const auto popup = painter_->open_window({.x = 50, .y = 60, .width = 100, .height = 80}, 0, true);
  EXPECT_EQ(input_->popup_at(60, 70), (media::Box{.x = 50, .y = 60, .width = 100, .height = 80}));
  EXPECT_FALSE(input_->popup_at(49, 70));
  painter_->move_window(popup, 200, 100);
  EXPECT_FALSE(input_->popup_at(60, 70));
  EXPECT_TRUE(input_->popup_at(200, 100));
  painter_->open_window({.x = 190, .y = 90, .width = 50, .height = 50}, 0, false);  // covers a part
  EXPECT_FALSE(input_->popup_at(200, 100));
  EXPECT_TRUE(input_->popup_at(290, 150));
  painter_->unmap_window(popup);
  EXPECT_FALSE(input_->popup_at(290, 150));
}

TEST_F(X11InputTest, SaysThatTheServerHasGone) {
  EXPECT_FALSE(input_->is_lost());
  xvfb_->stop();
  EXPECT_FALSE(input_->popup_at(1, 1));
  EXPECT_TRUE(input_->is_lost());
  EXPECT_FALSE(input_->move(1, 1));
  EXPECT_FALSE(X11Input::open(xvfb_->place()));
}

}  // namespace
}  // namespace turnpike::capture
