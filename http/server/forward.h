// Handing requests on: what a program says about a request that another server has to answer.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <variant>

#include "http/client/client_tls.h"
#include "http/core/message.h"

namespace turnpike::http {

/// The request goes there as it is: method, target, headers and body, a WebSocket's bytes after it.
struct ForwardTo {
  std::string url{};  // "http://host:port" or "https://host:port"; a path in it does not count
  ClientTls tls{};
  Headers headers{};  // instead of those of the same name
  std::chrono::milliseconds connect_deadline{3000};
  /// Nothing from either side for so long ends it. A WebSocket's server pings more often.
  std::chrono::milliseconds silence{30'000};
  std::chrono::milliseconds socket_silence{90'000};
};

/// Nothing: it is answered here.
using ForwardAnswer = std::variant<std::monostate, Response, ForwardTo>;

/// Asked for every request that was admitted and is there whole, of a WebSocket handshake the
/// header (`is_socket`). On a server thread, several at once when there are several.
using Forward = std::function<ForwardAnswer(const Request&, bool is_socket)>;

}  // namespace turnpike::http
