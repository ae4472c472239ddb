// Where a participant's input goes: to the page over DevTools, or to a window that is no page (the
// list of a <select>) over X.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/time.h"
#include "cobrowse/renderer/browser/browser.h"
#include "cobrowse/renderer/browser/input_mapper.h"
#include "cobrowse/renderer/capture/x11_input.h"

namespace turnpike::renderer {

class InputRoute {
 public:
  using Object = boost::json::object;

  InputRoute(unsigned width, unsigned height) : width_(width), height_(height) {}

  /// False: `type` is no pointer, wheel, key, text or touch. `x11` may be null.
  bool handle(std::string_view type, const Object& message, browser::Browser& browser,
              capture::X11Input* x11, MonotonicTime now);
  void release_all(std::uint32_t viewer, browser::Browser& browser);
  /// A new browser: nothing is held down in it.
  void reset() { mapper_ = {}; }

 private:
  browser::Point place(const Object& message) const;
  bool to_popup(std::string_view type, const Object& message, browser::Point at,
                capture::X11Input& x11);
  bool handle_pointer(std::string_view type, const Object& message, browser::Browser& browser,
                      capture::X11Input* x11, MonotonicTime now);

  const unsigned width_, height_;
  browser::InputMapper mapper_;
  bool button_in_popup_ = false;
};

}  // namespace turnpike::renderer
