#include "cobrowse/renderer/capture/x11_connection.h"

#include <fmt/format.h>

#include <utility>

#include "cobrowse/renderer/capture/xauthority.h"

namespace turnpike::capture {

Result<X11Connection, std::string> X11Connection::open(const X11Place& place) {
  auto cookie = read_cookie(place.xauthority, place.display);
  if (!cookie) return fail(cookie.error());
  std::string name(kMagicCookie);
  xcb_auth_info_t secret{.namelen = static_cast<int>(name.size()),
                         .name = name.data(),
                         .datalen = static_cast<int>(cookie->size()),
                         .data = reinterpret_cast<char*>(cookie->data())};
  const std::string display = fmt::format(":{}", place.display);
  Handle connection(xcb_connect_to_display_with_auth_info(display.c_str(), &secret, nullptr));
  if (const int error = xcb_connection_has_error(connection.get())) {
    return fail(
        fmt::format("cannot connect to X display {}: no server there, or it refuses the "
                    "secret of {} (xcb error {})",
                    display, place.xauthority, error));
  }
  const xcb_screen_iterator_t screens = xcb_setup_roots_iterator(xcb_get_setup(connection.get()));
  if (screens.rem == 0) return fail(fmt::format("X display {} has no screen", display));
  return X11Connection(std::move(connection), screens.data);
}

bool X11Connection::has_extension(xcb_extension_t& extension) const {
  const xcb_query_extension_reply_t* reply = xcb_get_extension_data(get(), &extension);
  return reply != nullptr && reply->present != 0;
}

}  // namespace turnpike::capture
