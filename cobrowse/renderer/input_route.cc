#include "cobrowse/renderer/input_route.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>

#include "http/core/json.h"

namespace turnpike::renderer {
namespace {

namespace json = boost::json;
using browser::Point;
using http::flag_of;
using http::number_of;
using http::text_of;

constexpr double kFull = 65535;    // of a coordinate
constexpr double kWheelStep = 40;  // pixels that are one click of a wheel
constexpr double kMaxWheelSteps = 10;

double amount_of(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}
browser::TouchPhase phase_of(std::string_view word) {
  if (word == "start") return browser::TouchPhase::kStart;
  if (word == "move") return browser::TouchPhase::kMove;
  return word == "end" ? browser::TouchPhase::kEnd : browser::TouchPhase::kCancel;
}

capture::X11Button x11_button(std::int64_t button) {
  return button == 2   ? capture::X11Button::kRight
         : button == 1 ? capture::X11Button::kMiddle
                       : capture::X11Button::kLeft;
}

}  // namespace

Point InputRoute::place(const Object& message) const {
  const auto part = [&](std::string_view name) {
    return std::clamp(static_cast<double>(number_of(message, name)) / kFull, 0.0, 1.0);
  };
  return {part("x") * (width_ - 1), part("y") * (height_ - 1)};
}

bool InputRoute::handle(std::string_view type, const Object& message, browser::Browser& browser,
                        capture::X11Input* x11, MonotonicTime now) {
  if (type == "move" || type == "down" || type == "up" || type == "wheel") {
    return handle_pointer(type, message, browser, x11, now);
  }
  const auto viewer = static_cast<std::uint32_t>(number_of(message, "viewer"));
  if (type == "key") {
    browser.send(mapper_.key(viewer, {.down = flag_of(message, "down"),
                                      .key = text_of(message, "key"),
                                      .code = text_of(message, "code"),
                                      .modifiers = static_cast<int>(number_of(message, "mods")),
                                      .repeat = flag_of(message, "repeat")}));
  } else if (type == "text" || type == "paste") {
    browser.send(mapper_.text(text_of(message, "text")));
  } else if (type == "ime") {
    browser.send(mapper_.compose(text_of(message, "text"),
                                 static_cast<int>(number_of(message, "start")),
                                 static_cast<int>(number_of(message, "end"))));
  } else if (type == "touch") {
    std::vector<browser::TouchPoint> points;
    const json::value* const list = message.if_contains("points");
    for (const json::value& one :
         list != nullptr && list->is_array() ? list->get_array() : json::array()) {
      if (!one.is_object()) continue;
      points.push_back(
          {static_cast<int>(number_of(one.get_object(), "id")), place(one.get_object())});
    }
    browser.send(mapper_.touch(viewer, phase_of(text_of(message, "phase")), points));
  } else {
    return false;
  }
  return true;
}

bool InputRoute::handle_pointer(std::string_view type, const Object& message,
                                browser::Browser& browser, capture::X11Input* x11,
                                MonotonicTime now) {
  const Point at = place(message);
  const auto viewer = static_cast<std::uint32_t>(number_of(message, "viewer"));
  const auto modifiers = static_cast<int>(number_of(message, "mods"));
  const auto button = static_cast<int>(number_of(message, "button"));
  if (x11 != nullptr && to_popup(type, message, at, *x11)) return true;
  if (type == "move") {
    browser.send(mapper_.move(viewer, at, modifiers));
  } else if (type == "down") {
    browser.send(mapper_.press(viewer, at, button, modifiers, now));
  } else if (type == "up") {
    browser.send(mapper_.release(viewer, at, button, modifiers));
  } else {
    browser.send(mapper_.wheel(at, amount_of(message, "dx"), amount_of(message, "dy")));
  }
  return true;
}

/// A button that went down in a popup comes up there too, wherever it is by then.
bool InputRoute::to_popup(std::string_view type, const Object& message, Point at,
                          capture::X11Input& x11) {
  const auto x = static_cast<int>(at.x), y = static_cast<int>(at.y);
  const bool here = x11.popup_at(x, y).has_value();
  if (!here && !(type == "up" && button_in_popup_)) return false;
  x11.move(x, y);
  if (type == "down" || type == "up") {
    button_in_popup_ = type == "down";
    x11.button(x11_button(number_of(message, "button")), type == "down");
  } else if (type == "wheel") {
    const double steps = amount_of(message, "dy") / kWheelStep;
    const auto turn = steps < 0 ? capture::X11Button::kWheelUp : capture::X11Button::kWheelDown;
    const int times = static_cast<int>(std::min(std::abs(steps), kMaxWheelSteps));
    for (int i = 0; i < times; ++i) {
      x11.button(turn, true);
      x11.button(turn, false);
    }
  }
  return true;
}

void InputRoute::release_all(std::uint32_t viewer, browser::Browser& browser) {
  browser.send(mapper_.release_all(viewer));
}

}  // namespace turnpike::renderer
