// The renderer's connection to its server, made anew whenever it is lost: the server may be started
// again while media goes on.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/time.h"
#include "cobrowse/renderer/ice/event_loop.h"
#include "cobrowse/renderer/orders.h"
#include "http/client/web_socket_client.h"

namespace turnpike::renderer {

struct LinkEvents {
  std::function<void()> on_open;
  std::function<void(const boost::json::object&)> on_message;
  /// The server has been away for too long, or knows us no longer.
  std::function<void(const std::string& why)> on_given_up;
};

/// On the loop's thread, all of it.
class Link {
 public:
  /// How long a session goes on without its server.
  static constexpr seconds kPatience{120};

  Link(ice::EventLoop& loop, const Orders& orders, LinkEvents events);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// False: not connected; the message is lost.
  bool send(const boost::json::object& message);

 private:
  void connect();
  void on_closed(const std::string& why);

  ice::EventLoop& loop_;
  const LinkEvents events_;
  http::WebSocketClientSettings settings_;
  std::shared_ptr<int> generation_;  // what an old connection says is left out
  std::unique_ptr<http::WebSocketClient> client_;
  bool is_open_ = false;
  MonotonicTime away_since_{};
  unsigned timer_ = 0;
};

}  // namespace turnpike::renderer
