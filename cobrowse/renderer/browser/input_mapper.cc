#include "cobrowse/renderer/browser/input_mapper.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <cmath>

#include "cobrowse/renderer/browser/key_codes.h"

namespace turnpike::browser {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxHeldKeys = 16;  // of one viewer; nobody has more fingers
constexpr std::size_t kMaxTouches = 10;
constexpr milliseconds kDoubleClick{500};
constexpr double kClickDistance = 5;  // pixels
constexpr int kMaxClicks = 3;
constexpr int kCtrl = 2, kMeta = 4;

constexpr std::array<const char*, 3> kButtons = {"left", "middle", "right"};
constexpr std::array<int, 3> kMasks = {1, 4, 2};  // MouseEvent.buttons

bool is_button(int button) {
  return button >= 0 && button < static_cast<int>(kButtons.size());
}

CdpCall touch_call(const char* type, const std::vector<TouchPoint>& points) {
  json::array list;
  for (std::size_t i = 0; i < std::min(points.size(), kMaxTouches); ++i) {
    list.push_back(
        json::object{{"x", points[i].at.x}, {"y", points[i].at.y}, {"id", points[i].id}});
  }
  return {"Input.dispatchTouchEvent", {{"type", type}, {"touchPoints", std::move(list)}}};
}

/// Headless and kiosk browsers on Linux have no menu that would do these.
const char* editing_command(const KeyPress& press) {
  if ((press.modifiers & (kCtrl | kMeta)) == 0) return nullptr;
  if (press.code == "KeyA") return "selectAll";
  if (press.code == "KeyZ") return "undo";
  if (press.code == "KeyY") return "redo";
  return nullptr;
}

CdpCall key_call(const KeyPress& press) {
  const KeyFacts facts = key_facts(press.key, press.code);
  const bool types = press.down && !facts.text.empty() && (press.modifiers & (kCtrl | kMeta)) == 0;
  json::object params{{"type", !press.down ? "keyUp"
                               : types     ? "keyDown"
                                           : "rawKeyDown"},
                      {"modifiers", press.modifiers},
                      {"key", press.key},
                      {"code", press.code},
                      {"windowsVirtualKeyCode", facts.virtual_key},
                      {"location", facts.location},
                      {"isKeypad", facts.location == 3},
                      {"autoRepeat", press.repeat}};
  if (types) params["text"] = facts.text;
  const char* const command = press.down ? editing_command(press) : nullptr;
  if (command != nullptr) params["commands"] = json::array{command};
  return {"Input.dispatchKeyEvent", std::move(params)};
}

}  // namespace

int InputMapper::button_mask() const {
  int mask = 0;
  for (const auto& [who, held] : held_) {
    for (const int button : held.buttons) mask |= kMasks[static_cast<std::size_t>(button)];
  }
  return mask;
}

CdpCall InputMapper::mouse(const char* type, Point at, int modifiers) const {
  return {"Input.dispatchMouseEvent",
          {{"type", type},
           {"x", at.x},
           {"y", at.y},
           {"modifiers", modifiers},
           {"buttons", button_mask()},
           {"pointerType", "mouse"}}};
}

InputMapper::Calls InputMapper::move(ViewerId who, Point at, int modifiers) {
  held_[who].at = at;
  CdpCall call = mouse("mouseMoved", at, modifiers);
  for (const int button : held_[who].buttons) {
    call.params["button"] = kButtons[static_cast<std::size_t>(button)];
  }
  return {std::move(call)};
}

InputMapper::Calls InputMapper::press(ViewerId who, Point at, int button, int modifiers,
                                      MonotonicTime now) {
  if (!is_button(button)) return {};
  const bool again = button == clicked_button_ && now - clicked_at_ < kDoubleClick &&
                     std::hypot(at.x - clicked_.x, at.y - clicked_.y) < kClickDistance;
  clicks_ = again && clicks_ < kMaxClicks ? clicks_ + 1 : 1;
  clicked_ = at;
  clicked_button_ = button;
  clicked_at_ = now;
  held_[who].at = at;
  held_[who].buttons.insert(button);
  CdpCall call = mouse("mousePressed", at, modifiers);
  call.params["button"] = kButtons[static_cast<std::size_t>(button)];
  call.params["clickCount"] = clicks_;
  return {std::move(call)};
}

InputMapper::Calls InputMapper::release(ViewerId who, Point at, int button, int modifiers) {
  // A button that is not down was released for him already.
  if (!is_button(button) || held_[who].buttons.erase(button) == 0) return {};
  held_[who].at = at;
  CdpCall call = mouse("mouseReleased", at, modifiers);
  call.params["button"] = kButtons[static_cast<std::size_t>(button)];
  call.params["clickCount"] = clicks_;
  return {std::move(call)};
}

InputMapper::Calls InputMapper::wheel(Point at, double dx, double dy) {
  CdpCall call = mouse("mouseWheel", at, 0);
  call.params["deltaX"] = dx;
  call.params["deltaY"] = dy;
  return {std::move(call)};
}

InputMapper::Calls InputMapper::key(ViewerId who, const KeyPress& press) {
  std::map<std::string, KeyPress>& keys = held_[who].keys;
  if (press.down) {
    if (keys.size() >= kMaxHeldKeys && !keys.contains(press.code)) return {};
    keys[press.code] = press;
  } else if (keys.erase(press.code) == 0) {
    return {};
  }
  return {key_call(press)};
}

InputMapper::Calls InputMapper::text(const std::string& text) {
  return {{"Input.insertText", {{"text", text}}}};
}

InputMapper::Calls InputMapper::compose(const std::string& text, int start, int end) {
  return {{"Input.imeSetComposition",
           {{"text", text}, {"selectionStart", start}, {"selectionEnd", end}}}};
}

/// Chromium lifts what is not among the points of a move; an end has none, and lifts all.
InputMapper::Calls InputMapper::touch(ViewerId who, TouchPhase phase,
                                      const std::vector<TouchPoint>& points) {
  const bool is_own = touching_ == who;
  if (phase == TouchPhase::kStart) {
    if (points.empty()) return {};
    Calls calls = is_own ? Calls() : cancel_touches();
    touching_ = who;
    calls.push_back(touch_call("touchStart", points));
    return calls;
  }
  if (!is_own) return {};
  if (phase == TouchPhase::kCancel) return cancel_touches();
  if (!points.empty()) return {touch_call("touchMove", points)};
  if (phase == TouchPhase::kMove) return {};
  touching_.reset();
  return {touch_call("touchEnd", {})};
}

InputMapper::Calls InputMapper::cancel_touches() {
  if (!touching_) return {};
  touching_.reset();
  return {touch_call("touchCancel", {})};
}

InputMapper::Calls InputMapper::release_all(ViewerId who) {
  Calls calls = touching_ == who ? cancel_touches() : Calls();
  const auto found = held_.find(who);
  if (found == held_.end()) return calls;
  const Held held = found->second;
  for (const int button : held.buttons) {
    for (CdpCall& call : release(who, held.at, button, 0)) calls.push_back(std::move(call));
  }
  for (const auto& [code, press] : held.keys) {
    KeyPress up = press;
    up.down = up.repeat = false;
    up.modifiers = 0;
    calls.push_back(key_call(up));
  }
  held_.erase(found);
  return calls;
}

}  // namespace turnpike::browser
