#include "cobrowse/renderer/capture/x11_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xcb/damage.h>
#include <xcb/shm.h>

#include <fstream>

#include "cobrowse/renderer/capture/xauthority.h"
#include "test_screen.h"

namespace turnpike::capture {
namespace {

class X11ConnectionTest : public ScreenTest {};

TEST_F(X11ConnectionTest, KnowsTheScreen) {
  auto connection = X11Connection::open(xvfb_->place());
  ASSERT_TRUE(connection) << connection.error();
  EXPECT_EQ(connection->screen().width_in_pixels, kWidth);
  EXPECT_EQ(connection->screen().height_in_pixels, kHeight);
  EXPECT_TRUE(connection->has_extension(xcb_damage_id));
  EXPECT_TRUE(connection->has_extension(xcb_shm_id));
  EXPECT_FALSE(connection->is_broken());
}

TEST_F(X11ConnectionTest, WithoutTheSecretItIsRefused) {
  xcb_auth_info_t none{.namelen = 0, .name = nullptr, .datalen = 0, .data = nullptr};
  xcb_connection_t* connection =
      xcb_connect_to_display_with_auth_info(xvfb_->display_name().c_str(), &none, nullptr);
  EXPECT_NE(xcb_connection_has_error(connection), 0);
  xcb_disconnect(connection);
}

TEST_F(X11ConnectionTest, WithAnotherSecretItIsRefused) {
  X11Place place = xvfb_->place();
  place.xauthority = folder_.file("other");
  const auto content = render_xauthority(Cookie{});
  std::ofstream(place.xauthority, std::ios::binary) << as_text(content);
  auto connection = X11Connection::open(place);
  ASSERT_FALSE(connection);
  EXPECT_THAT(connection.error(), testing::HasSubstr("refuses the secret"));
}

TEST_F(X11ConnectionTest, SaysThatThereIsNoSuchFileOrServer) {
  X11Place place = xvfb_->place();
  place.display = 59'999;
  EXPECT_THAT(X11Connection::open(place).error(), testing::HasSubstr("display :59999"));
  place.xauthority = folder_.file("missing");
  EXPECT_THAT(X11Connection::open(place).error(), testing::HasSubstr(place.xauthority));
}

TEST_F(X11ConnectionTest, OutlivesTheServer) {
  auto connection = X11Connection::open(xvfb_->place());
  ASSERT_TRUE(connection) << connection.error();
  xvfb_->stop();
  xcb_get_input_focus(connection->get());
  xcb_flush(connection->get());
  while (X11Reply<xcb_generic_event_t>(xcb_wait_for_event(connection->get()))) {
  }
  EXPECT_TRUE(connection->is_broken());
}

}  // namespace
}  // namespace turnpike::capture
