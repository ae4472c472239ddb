// A connection to an X server of this machine by XCB, which returns its errors where Xlib would end
// the process. The secret is handed over for this connection; no environment variable is read.
#pragma once

#include <xcb/xcb.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "base/result.h"
#include "cobrowse/renderer/capture/xvfb_server.h"

namespace turnpike::capture {

/// What libxcb hands out is malloc's.
struct FreeReply {
  void operator()(void* reply) const { std::free(reply); }
};
template <class T>
using X11Reply = std::unique_ptr<T, FreeReply>;

class X11Connection {
 public:
  /// Fails with a text: there is no such server, or it refuses the secret.
  static Result<X11Connection, std::string> open(const X11Place& place);

  xcb_connection_t* get() const { return connection_.get(); }
  const xcb_screen_t& screen() const { return *screen_; }
  int fd() const { return xcb_get_file_descriptor(get()); }
  /// For good: the server has gone, or the protocol was violated.
  bool is_broken() const { return xcb_connection_has_error(get()) != 0; }
  /// Whether the server has this extension.
  bool has_extension(xcb_extension_t& extension) const;

 private:
  struct Disconnect {
    void operator()(xcb_connection_t* connection) const { xcb_disconnect(connection); }
  };
  using Handle = std::unique_ptr<xcb_connection_t, Disconnect>;
  X11Connection(Handle connection, const xcb_screen_t* screen)
      : connection_(std::move(connection)), screen_(screen) {}

  Handle connection_;
  const xcb_screen_t* screen_;  // lives in the connection
};

}  // namespace turnpike::capture
