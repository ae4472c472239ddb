// Input that X makes for the whole screen (XTEST): for windows that are no page, such as the list
// of a <select>, which the browser's own input does not reach. And the question whether there is
// one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cobrowse/renderer/capture/xvfb_server.h"
#include "cobrowse/renderer/media/box.h"

namespace turnpike::capture {

/// X11's numbers of buttons.
enum class X11Button : std::uint8_t {
  kLeft = 1,
  kMiddle = 2,
  kRight = 3,
  kWheelUp = 4,
  kWheelDown = 5,
};

class X11Input {
 public:
  /// Fails with a text: no such server, or it has no XTEST.
  static Result<X11Input, std::string> open(const X11Place& place);
  ~X11Input();
  X11Input(X11Input&&) noexcept;
  X11Input& operator=(X11Input&&) noexcept;

  // All of them: false, the server has gone, or it does not know how.

  /// Pixels from the screen's top left corner.
  bool move(int x, int y);
  bool button(X11Button button, bool is_down);
  /// `keysym` as X11 has it: a character of Latin-1 is itself, others are 0x01000000 + their code
  /// point, Return is 0xff0d. Shift comes along where the key needs it; one that no key has is
  /// given to a spare key.
  bool key(std::uint32_t keysym, bool is_down);

  /// The topmost window at this pixel, if it is one that no window manager may touch (override
  /// redirect), which is what menus and lists are.
  std::optional<media::Box> popup_at(int x, int y);

  bool is_lost() const;

 private:
  class State;
  explicit X11Input(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace turnpike::capture
