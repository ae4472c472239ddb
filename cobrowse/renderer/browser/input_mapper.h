// Turns the input of a session's people into commands of the DevTools protocol: it knows who holds
// which keys and buttons down, counts clicks, and lets everything come up when somebody loses
// control.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "cobrowse/renderer/browser/cdp_pipe.h"

namespace turnpike::browser {

/// In CSS pixels of the page.
struct Point {
  double x = 0;
  double y = 0;
};

struct KeyPress {
  bool down = false;
  std::string key{};  // as KeyboardEvent has it
  std::string code{};
  int modifiers = 0;  // 1 alt, 2 ctrl, 4 meta, 8 shift
  bool repeat = false;
};

struct TouchPoint {
  int id = 0;
  Point at{};
};

enum class TouchPhase : std::uint8_t { kStart, kMove, kEnd, kCancel };

class InputMapper {
 public:
  using ViewerId = std::uint32_t;
  using Calls = std::vector<CdpCall>;

  Calls move(ViewerId who, Point at, int modifiers);
  /// `button`: 0 left, 1 middle, 2 right; others do nothing.
  Calls press(ViewerId who, Point at, int button, int modifiers, MonotonicTime now);
  Calls release(ViewerId who, Point at, int button, int modifiers);
  Calls wheel(Point at, double dx, double dy);
  Calls key(ViewerId who, const KeyPress& press);
  Calls text(const std::string& text);
  Calls compose(const std::string& text, int start, int end);
  /// `points`: the fingers that are down after it. Only one viewer's fingers are in the page.
  Calls touch(ViewerId who, TouchPhase phase, const std::vector<TouchPoint>& points);
  /// What `who` holds down comes up.
  Calls release_all(ViewerId who);

 private:
  struct Held {
    std::map<std::string, KeyPress> keys;  // by code
    std::set<int> buttons;
    Point at;
  };
  int button_mask() const;
  Calls cancel_touches();
  CdpCall mouse(const char* type, Point at, int modifiers) const;

  std::map<ViewerId, Held> held_;
  std::optional<ViewerId> touching_;  // whose fingers are down
  // Of the last press, for counting clicks.
  Point clicked_{};
  int clicked_button_ = -1;
  int clicks_ = 0;
  MonotonicTime clicked_at_{};
};

}  // namespace turnpike::browser
