// One HTTP request to another program and its answer, within a deadline: over TCP, TLS or a Unix
// socket. For JWKS addresses, health checks and admin sockets; no redirects, no pool, no cookies.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/result.h"
#include "http/client/client_tls.h"
#include "http/core/message.h"

namespace turnpike::http {

struct ClientRequest {
  Method method = Method::kGet;
  std::string url{};          // "http://host:port/path?query" or "https://…"
  std::string unix_socket{};  // a path: connects there, and the URL names Host and target only
  Headers headers{};          // Host, Content-Length and Connection are made from the rest
  std::string body{};
  std::chrono::milliseconds deadline{5000};  // for all of it, resolving the name apart from that
  std::size_t max_body_bytes = 1 << 20;
  ClientTls tls{};
};

struct ClientResponse {
  unsigned status = 0;
  Headers headers;
  std::string body;
};

/// Blocks. The error says what failed, and with whom; it has no header and no body in it. An answer
/// with any status is a result.
Result<ClientResponse, std::string> fetch(const ClientRequest& request);

}  // namespace turnpike::http
