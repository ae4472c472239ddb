// The rendering browser's only way out to the network: an HTTP proxy that looks names up itself,
// lets EgressPolicy judge the addresses, and connects to exactly those. Knows CONNECT and plain
// http requests; ends no TLS and caches nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "base/result.h"
#include "cobrowse/renderer/egress/reason.h"
#include "cobrowse/renderer/egress/settings.h"
#include "cobrowse/renderer/egress/shared.h"

namespace turnpike::egress {

class EgressLoop;

class EgressProxy {
 public:
  /// Takes over `listen_fd`, also when it fails: a listening TCP or Unix stream socket, which may
  /// be of another network namespace. Sites are connected to from the namespace of the calling
  /// thread. The socket's own address is refused as a site. The error says what is wrong with the
  /// socket or the settings.
  static Result<std::unique_ptr<EgressProxy>, std::string> start(int listen_fd,
                                                                 EgressSettings settings);

  /// Resets every connection. Waits for look-ups under way, which the system's resolver bounds.
  ~EgressProxy();
  EgressProxy(const EgressProxy&) = delete;
  EgressProxy& operator=(const EgressProxy&) = delete;

  /// For any thread: how often that has happened since the start.
  std::uint64_t count(Reason reason) const;
  std::uint64_t total(Total total) const;
  std::size_t open_connections() const;

 private:
  explicit EgressProxy(std::unique_ptr<EgressLoop> loop);

  std::unique_ptr<EgressLoop> loop_;
  std::thread thread_;
};

}  // namespace turnpike::egress
