// What a program sees of a WebSocket (RFC 6455) that http/server has accepted: messages in through
// callbacks, messages out through a bounded queue. Frames, pings and the close handshake are the
// server's business.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "http/core/message.h"

namespace turnpike::http {

/// The sending side; any thread. It outlives the connection: sending into a closed one is false.
/// Not the server: let go of it before the HttpServer is destroyed.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// Queues one message. False, and nothing is queued, when the connection is closed or the queue
  /// would grow past WebSocketSession::send_queue_bytes: a client too slow for its session.
  virtual bool send(std::string message, bool binary = false) = 0;
  /// Sends what is queued, then a close frame (RFC 6455 section 7.4.1 for codes).
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
};

/// One connection's other side, made by the program. Its callbacks never run at the same time.
class WebSocketSession {
 public:
  virtual ~WebSocketSession() = default;
  virtual std::string_view subprotocol() const { return {}; }  // the one that is chosen, or none
  virtual std::size_t max_message_bytes() const { return 65536; }
  virtual std::size_t send_queue_bytes() const { return 1 << 20; }
  /// Asked once, that long after on_open(): a connection that is still nobody's is closed (1008).
  virtual bool is_welcome() const { return true; }
  virtual std::chrono::milliseconds welcome_within() const { return std::chrono::seconds(10); }

  virtual void on_open(std::shared_ptr<WebSocket> socket) = 0;
  virtual void on_message(std::string_view message, bool binary) = 0;
  /// The last call. 1006 when the connection was lost.
  virtual void on_close(std::uint16_t code) = 0;
};

/// Asked for every valid WebSocket handshake that was admitted: a session, or an answer instead.
using Upgrade =
    std::function<std::variant<Response, std::unique_ptr<WebSocketSession>>(const Request&)>;

}  // namespace turnpike::http
