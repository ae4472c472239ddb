// The HTTP server of the metrics page, on a thread of its own: `prometheus`. It serves a text that
// it asks for and knows nothing about metrics.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/ip_address.h"
#include "base/result.h"

namespace turnpike::server {

struct MetricsServerSettings {
  std::optional<IpAddress> address;  // without one: every address, IPv4 and IPv6
  std::uint16_t port = 9641;         // 0: any free one
  std::string path = "/metrics";
  std::size_t max_connections = 32;          // further ones wait in the listener's queue
  std::chrono::milliseconds deadline{5000};  // for a whole connection
};

/// GET and HEAD of the path; "/" and "/healthz" say ok. One request per connection.
class MetricsServer {
 public:
  virtual ~MetricsServer() = default;  // stops; open connections are cut
  virtual std::uint16_t port() const = 0;

  /// `page` is called on the server's thread, once per request. The error says what cannot be
  /// opened.
  static Result<std::unique_ptr<MetricsServer>, std::string> start(
      const MetricsServerSettings& settings, std::function<std::string()> page);
};

}  // namespace turnpike::server
