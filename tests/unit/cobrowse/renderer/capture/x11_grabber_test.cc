#include "cobrowse/renderer/capture/x11_grabber.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_screen.h"

namespace turnpike::capture {
namespace {

class X11GrabberTest : public ScreenTest {};

TEST_F(X11GrabberTest, ReadsTheColours) {
  auto connection = X11Connection::open(xvfb_->place());
  ASSERT_TRUE(connection) << connection.error();
  auto grabber = X11Grabber::open(*connection, kWidth, kHeight);
  ASSERT_TRUE(grabber) << grabber.error();
  painter_->fill({.x = 0, .y = 0, .width = kWidth, .height = kHeight}, 0xffffff);
  painter_->fill({.x = 100, .y = 50, .width = 20, .height = 10}, 0xff0000);
  painter_->sync();
  media::Picture picture(kWidth, kHeight);
  ASSERT_TRUE(grabber->grab(picture.whole(), picture));
  EXPECT_EQ(*picture.luma(99, 50), kWhiteLuma);
  EXPECT_EQ(*picture.luma(120, 59), kWhiteLuma);
  for (const auto& [x, y] : {std::pair(100, 50), std::pair(119, 59)}) {
    EXPECT_NEAR(*picture.luma(x, y), 82, 2);  // red in BT.601
    EXPECT_NEAR(*picture.blue(x & ~1, y & ~1), 90, 2);
    EXPECT_NEAR(*picture.red(x & ~1, y & ~1), 240, 2);
  }
}

TEST_F(X11GrabberTest, WritesTheBoxOnly) {
  auto connection = X11Connection::open(xvfb_->place());
  ASSERT_TRUE(connection) << connection.error();
  auto grabber = X11Grabber::open(*connection, kWidth, kHeight);
  ASSERT_TRUE(grabber) << grabber.error();
  painter_->fill({.x = 0, .y = 0, .width = kWidth, .height = kHeight}, 0xffffff);
  painter_->sync();
  media::Picture picture(kWidth, kHeight);
  ASSERT_TRUE(grabber->grab({.x = 40, .y = 60, .width = 6, .height = 4}, picture));
  int written = 0;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) written += *picture.luma(x, y) == kWhiteLuma ? 1 : 0;
  }
  EXPECT_EQ(written, 24);
  EXPECT_EQ(*picture.luma(40, 60), kWhiteLuma);
  EXPECT_EQ(*picture.luma(45, 63), kWhiteLuma);
}

TEST_F(X11GrabberTest, TheScreenMustBeLargeEnough) {
  auto connection = X11Connection::open(xvfb_->place());
  ASSERT_TRUE(connection) << connection.error();
  EXPECT_EQ(X11Grabber::open(*connection, kWidth + 2, kHeight).error(),
            "a picture of 322x240 does not fit into the screen of 320x240");
}

TEST_F(X11GrabberTest, FailsWhenTheServerHasGone) {
  auto connection = X11Connection::open(xvfb_->place());
  ASSERT_TRUE(connection) << connection.error();
  auto grabber = X11Grabber::open(*connection, kWidth, kHeight);
  ASSERT_TRUE(grabber) << grabber.error();
  xvfb_->stop();
  media::Picture picture(kWidth, kHeight);
  EXPECT_EQ(grabber->grab(picture.whole(), picture).error(), "the X server has gone");
}

}  // namespace
}  // namespace turnpike::capture
