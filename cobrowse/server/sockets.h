// The WebSockets: one for each participant, and the renderers' own. They take the first message's
// token, and hand the rest to the sessions.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "cobrowse/server/sessions.h"
#include "http/core/message.h"
#include "http/server/web_socket.h"

namespace turnpike::cobrowse {

using SocketAnswer = std::variant<http::Response, std::unique_ptr<http::WebSocketSession>>;

/// For /v1/socket: `public_url` is where pages of another origin than the request's own may come
/// from.
SocketAnswer open_participant_socket(Sessions& sessions, const http::Request& request,
                                     const std::string& public_url);

/// For /v1/renderer: Authorization: Bearer SESSION.TOKEN.
SocketAnswer open_renderer_socket(Sessions& sessions, const http::Request& request);

}  // namespace turnpike::cobrowse
