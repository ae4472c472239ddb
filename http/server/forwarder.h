// One request on its way through us to another server, and the answer back: bytes, not messages.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "base/result.h"
#include "http/core/message.h"
#include "http/server/byte_stream.h"
#include "http/server/forward.h"

namespace turnpike::http {

/// The request's head as it is sent on: without the headers that belong to one connection and those
/// that name a client, of which `to` has its own.
std::string forwarded_head(const Request& request, const ForwardTo& to, bool is_socket);

/// Returns when the exchange is over; the client's connection is to be closed then. The error says
/// why there was none: nothing was written to the client. `early` is what he has sent behind a
/// WebSocket's handshake.
boost::asio::awaitable<Result<void, std::string>> pass_on(ByteStream& client,
                                                          const Request& request,
                                                          const ForwardTo& to, bool is_socket,
                                                          std::string early);

}  // namespace turnpike::http
