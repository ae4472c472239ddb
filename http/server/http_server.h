// An HTTP/1.1 server over TCP, TLS and Unix sockets for handlers that are functions: a Request in,
// a Response out. It owns the threads, the limits and the deadlines; what a path means is the
// handler's business. No HTTP/2, no static files, no compression.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "http/core/address_range.h"
#include "http/core/message.h"
#include "http/server/forward.h"
#include "http/server/web_socket.h"

namespace turnpike::http {

enum class ClientCertificates : std::uint8_t { kNone, kOptional, kRequired };

/// PEM files. TLS 1.2 and 1.3.
struct TlsFiles {
  std::string chain_file;      // the certificate, then the ones that signed it
  std::string key_file;        // without a passphrase
  std::string client_ca_file;  // who may sign client certificates; needed unless kNone
  ClientCertificates client_certificates = ClientCertificates::kNone;
};

struct TcpListener {
  std::optional<IpAddress> address{};  // without one: every address, IPv4 and IPv6
  std::uint16_t port = 0;              // 0: any free one, see HttpServer::port
  std::optional<TlsFiles> tls{};
};

/// A stale socket in that place is replaced; a file that is no socket, or a socket that somebody
/// listens on, is left alone and is an error.
struct UnixListener {
  std::string path;
  unsigned mode = 0660;
  bool trusted_proxy = false;  // X-Forwarded-For and -Proto count
};

struct Limits {
  std::size_t header_bytes = 16384;  // request line and fields: 431
  std::size_t header_count = 100;    // 431
  std::size_t target_bytes = 8192;   // 414
  std::size_t body_bytes = 65536;    // 413
  std::size_t connections = 4096;    // further ones are closed at once
  /// Per IPv4 address or IPv6 /64, not for trusted proxies and Unix sockets; 0: no limit.
  std::size_t connections_per_address = 256;
};

/// Each one is for the whole of its step, however slowly bytes come; past it the connection is cut.
struct Deadlines {
  std::chrono::milliseconds header{10'000};  // from a request's first byte; also the TLS handshake
  std::chrono::milliseconds body{30'000};
  std::chrono::milliseconds write{30'000};
  std::chrono::milliseconds idle{60'000};  // between two requests
  std::chrono::milliseconds drain{5'000};  // for open requests, when the server stops
};

enum class HttpCounter : std::uint8_t {
  kConnections,         // accepted
  kConnectionsRefused,  // over Limits::connections or connections_per_address
  kTlsFailures,         // handshakes that failed
  kTimeouts,            // connections cut by a deadline
  kRequests,            // whose header was read
  kRefusedRequests,     // 4xx by the server itself, before the handler
  kHandlerFailures,     // exceptions, answered with 500
  kUpgrades,            // to WebSocket
  kAnswers2xx,
  kAnswers3xx,
  kAnswers4xx,
  kAnswers5xx,
  kCount
};

/// Called on a server thread, on several at once when there are several. Exceptions are answered
/// with 500 and counted.
using Handler = std::function<Response(const Request&)>;
/// Called when the header is there and the body is not: sets path, query and trust, or answers at
/// once, without the body.
using Admit = std::function<std::optional<Response>(Request&)>;

/// For one request, with a body or without.
struct BodyAllowance {
  std::size_t bytes = 0;         // where it is more than Limits::body_bytes
  std::shared_ptr<void> hold{};  // let go of when the request has been answered
  bool is_busy = false;          // 429: too many such requests are being served
};
/// Called after Admit. The time for a body grows with its allowance, by a second for each 64 KiB.
using BodyLimit = std::function<BodyAllowance(const Request&)>;

struct HttpServerSettings {
  std::vector<TcpListener> tcp{};
  std::vector<UnixListener> unix_sockets{};
  Limits limits{};
  Deadlines deadlines{};
  unsigned threads = 1;
  std::vector<AddressRange> trusted_proxies{};
  BodyLimit body_limit{};  // without one: Limits::body_bytes
  Admit admit{};           // without one: parse_target, or 400; trust stays PUBLIC
  Upgrade upgrade{};       // without one: a WebSocket handshake is a GET like any other
  Forward forward{};       // without one: everything is answered here
};

class HttpServer {
 public:
  /// Stops as stop() does.
  virtual ~HttpServer() = default;

  /// Listens and starts the threads, with every signal blocked in them. The error says what cannot
  /// be opened or loaded.
  static Result<std::unique_ptr<HttpServer>, std::string> start(HttpServerSettings settings,
                                                                Handler handler);

  /// Of the TCP listener with that index in the settings.
  virtual std::uint16_t port(std::size_t listener = 0) const = 0;
  /// Reads every certificate and key file again; new connections get them. On an error nothing
  /// changes.
  virtual Result<void, std::string> reload_certificates() = 0;
  /// No new connections; idle ones are closed, requests that run may end within Deadlines::drain
  /// (a handler that does not return keeps stop() waiting). Unix sockets are removed. Any thread
  /// but the server's own; a second call does nothing.
  virtual void stop() = 0;

  virtual std::uint64_t counter(HttpCounter which) const = 0;
  virtual std::size_t open_connections() const = 0;
};

}  // namespace turnpike::http
