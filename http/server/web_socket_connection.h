// The WebSocket side of a connection, from the decision to take it to its close (Boost.Beast).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <variant>

#include "http/core/message.h"
#include "http/server/byte_stream.h"
#include "http/server/server_state.h"
#include "http/server/web_socket.h"

namespace turnpike::http {

using UpgradeAnswer = std::variant<Response, std::unique_ptr<WebSocketSession>>;

/// Asks the program. A hook that throws, or that gives no session, is a 500.
UpgradeAnswer decide_upgrade(ServerState& state, const Request& request);

class WebSocketConnection : public WebSocket {
 public:
  /// Answers the handshake and returns when the WebSocket is closed. Once; on the stream's strand.
  virtual boost::asio::awaitable<void> run(const Request& request) = 0;
};

/// `early` are bytes that were read behind the handshake. `stream` outlives run().
std::shared_ptr<WebSocketConnection> make_web_socket(ByteStream& stream, std::string early,
                                                     std::unique_ptr<WebSocketSession> session);

}  // namespace turnpike::http
