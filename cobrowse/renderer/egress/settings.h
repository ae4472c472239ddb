// What the egress proxy is told when it starts, with every limit that it has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "cobrowse/renderer/egress/egress_policy.h"
#include "cobrowse/renderer/egress/reason.h"
#include "cobrowse/renderer/egress/resolver_pool.h"

namespace turnpike::egress {

/// Memory: each connection holds at most two pipes of kPipeBytes and a head of each side.
struct EgressLimits {
  std::size_t connections = 256;  // more are answered with 503
  std::size_t head_bytes = 16384;
  milliseconds head_time = seconds(10);
  milliseconds resolve_time = seconds(15);
  milliseconds connect_time = seconds(10);  // of each address of a site
  milliseconds idle_time = seconds(300);
  milliseconds linger_time = seconds(2);        // for the browser to close first
  std::uint64_t connection_download_bytes = 0;  // 0: no limit; heads count
  std::uint64_t session_download_bytes = 0;     // the same, over all connections
  std::size_t resolver_threads = 4;
  std::size_t resolver_line = 64;  // names that wait for a thread
};

/// From a thread of the proxy, which waits meanwhile; must not throw. `host` is as parse_host()
/// writes it, or as the browser did where that refused it.
using OnRefused = std::function<void(std::string_view host, std::uint16_t port, Reason reason)>;

/// A host that the proxy is itself: it is not looked up, not judged, and nobody is told of it.
struct LocalSite {
  std::string host{};  // as parse_host() writes it; empty: there is none
  /// The whole answer, heads and all, to "GET /path" on port 80. From the proxy's thread, which
  /// waits meanwhile; must not throw.
  std::function<std::string(std::string_view request)> answer{};
};

struct EgressSettings {
  EgressPolicySettings policy{};
  EgressLimits limits{};
  Resolver resolver = system_resolver;
  /// For reasons with is_refusal(), once the host is known; may be empty.
  OnRefused on_refused{};
  LocalSite local_site{};
};

}  // namespace turnpike::egress
