// A real Xvfb for a test, and a client that draws on it and listens.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <xcb/xcb.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/rng.h"
#include "cobrowse/renderer/capture/x11_connection.h"
#include "cobrowse/renderer/capture/xvfb_server.h"
#include "cobrowse/renderer/media/box.h"
#include "temp_folder.h"

namespace turnpike::capture {

/// Empty: there is an Xvfb.
inline std::string xvfb_missing() {
  const XvfbSettings settings;
  return ::access(settings.program.c_str(), X_OK) == 0
             ? ""
             : settings.program + " is missing: install xvfb";
}

/// Pixels are 0xRRGGBB.
class Painter {
 public:
  explicit Painter(X11Connection connection) : connection_(std::move(connection)) {}

  void fill(const media::Box& box, std::uint32_t colour) { fill(root(), box, colour); }
  void fill(xcb_window_t window, const media::Box& box, std::uint32_t colour) {
    const std::uint32_t values[] = {colour, XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS};
    const xcb_gcontext_t context = xcb_generate_id(server());
    xcb_create_gc(server(), context, window, XCB_GC_FOREGROUND | XCB_GC_SUBWINDOW_MODE, values);
    const xcb_rectangle_t rectangle{.x = static_cast<std::int16_t>(box.x),
                                    .y = static_cast<std::int16_t>(box.y),
                                    .width = static_cast<std::uint16_t>(box.width),
                                    .height = static_cast<std::uint16_t>(box.height)};
    xcb_poly_fill_rectangle(server(), window, context, 1, &rectangle);
    xcb_free_gc(server(), context);
    xcb_flush(server());
  }
  /// Mapped when this returns; it gets keys and buttons.
  xcb_window_t open_window(const media::Box& box, std::uint32_t colour, bool is_popup) {
    const xcb_window_t window = xcb_generate_id(server());
    const std::uint32_t values[] = {colour, is_popup,
                                    XCB_EVENT_MASK_KEY_PRESS | XCB_EVENT_MASK_KEY_RELEASE |
                                        XCB_EVENT_MASK_BUTTON_PRESS |
                                        XCB_EVENT_MASK_BUTTON_RELEASE};
    xcb_create_window(server(), XCB_COPY_FROM_PARENT, window, root(),
                      static_cast<std::int16_t>(box.x), static_cast<std::int16_t>(box.y),
                      static_cast<std::uint16_t>(box.width), static_cast<std::uint16_t>(box.height),
                      0, XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT | XCB_CW_EVENT_MASK, values);
    xcb_map_window(server(), window);
    sync();
    return window;
  }
  void move_window(xcb_window_t window, int x, int y) {
    const std::int32_t place[] = {x, y};
    xcb_configure_window(server(), window, XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y, place);
    sync();
  }
  void unmap_window(xcb_window_t window) {
    xcb_unmap_window(server(), window);
    sync();
  }
  /// Everything that was asked for has been done.
  void sync() {
    const X11Reply<xcb_get_input_focus_reply_t> reply(
        xcb_get_input_focus_reply(server(), xcb_get_input_focus(server()), nullptr));
  }
  /// The next event that is one of input; nothing: the connection is broken.
  X11Reply<xcb_generic_event_t> wait_for_input() {
    while (true) {
      X11Reply<xcb_generic_event_t> event(xcb_wait_for_event(server()));
      if (event == nullptr || ((event->response_type & 0x7f) >= XCB_KEY_PRESS &&
                               (event->response_type & 0x7f) <= XCB_BUTTON_RELEASE)) {
        return event;
      }
    }
  }

  xcb_connection_t* server() { return connection_.get(); }
  xcb_window_t root() { return connection_.screen().root; }

 private:
  X11Connection connection_;
};

/// Skips where there is no Xvfb.
class ScreenTest : public testing::Test {
 protected:
  static constexpr int kWidth = 320;
  static constexpr int kHeight = 240;

  void SetUp() override {
    if (!xvfb_missing().empty()) GTEST_SKIP() << xvfb_missing();
    SeededRng rng(7);
    auto started =
        XvfbServer::start({.width = kWidth, .height = kHeight, .folder = folder_.path()}, rng);
    ASSERT_TRUE(started) << started.error();
    xvfb_.emplace(std::move(*started));
    auto connection = X11Connection::open(xvfb_->place());
    ASSERT_TRUE(connection) << connection.error();
    painter_.emplace(std::move(*connection));
  }

  TempFolder folder_;
  std::optional<XvfbServer> xvfb_;
  std::optional<Painter> painter_;
};

// BT.601, limited range, as libyuv has it.
inline constexpr int kWhiteLuma = 235;
inline constexpr int kBlackLuma = 16;

}  // namespace turnpike::capture
