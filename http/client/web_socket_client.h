// The client's side of a WebSocket (RFC 6455): one connection, from connecting to its end. Whoever
// wants another one afterwards makes another client.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/client/client_tls.h"
#include "http/core/message.h"

namespace turnpike::http {

struct WebSocketClientSettings {
  std::string url{};  // "http://host:port/path" or "https://…"
  Headers headers{};
  ClientTls tls{};
  std::chrono::milliseconds connect_deadline{5000};
  std::size_t max_message_bytes = 1 << 20;
  std::size_t send_queue_bytes = 4 << 20;
};

/// Called on the client's thread, never at the same time.
struct WebSocketClientEvents {
  std::function<void()> on_open{};
  std::function<void(std::string_view message)> on_message{};
  /// The last one: why it has ended, or why it never began.
  std::function<void(const std::string& why)> on_close{};
};

class WebSocketClient {
 public:
  /// Connects on a thread of its own. The error is that of the URL.
  static Result<std::unique_ptr<WebSocketClient>, std::string> start(
      const WebSocketClientSettings& settings, WebSocketClientEvents events);
  /// Cuts the connection; on_close is not called from here on. Not on the client's own thread.
  virtual ~WebSocketClient() = default;
  /// Queues one text message. False: closed, or the queue is full. Any thread.
  virtual bool send(std::string message) = 0;
};

}  // namespace turnpike::http
