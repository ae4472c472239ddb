// What the connections of one proxy share: the policy, the limits, the counts. Everything but the
// counters belongs to the thread of the loop.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/counters.h"
#include "base/time.h"
#include "cobrowse/renderer/egress/pipe.h"
#include "cobrowse/renderer/egress/settings.h"

namespace turnpike::egress {

enum class Total : std::uint8_t {
  kConnections,  // accepted from the browser
  kTunnels,      // CONNECT that was carried
  kRequests,     // plain requests that were carried
  kUploadBytes,
  kDownloadBytes,  // from sites, heads included
  kCount,
};

struct Shared {
  const EgressPolicy policy;
  const EgressLimits limits;
  const OnRefused on_refused;
  const LocalSite local_site{};
  int epoll_fd = -1;
  MonotonicTime now{};  // sampled by the loop at every turn
  std::uint64_t session_download_bytes = 0;
  std::array<std::uint8_t, kPipeBytes> scratch{};
  CounterArray<Reason> reasons{};
  CounterArray<Total> totals{};

  /// Counts, and tells where that is to be told.
  void refuse(std::string_view host, std::uint16_t port, Reason reason) {
    reasons.add(reason);
    if (on_refused && is_refusal(reason) && !host.empty()) on_refused(host, port, reason);
  }
  bool session_limit_reached() const {
    return limits.session_download_bytes != 0 &&
           session_download_bytes >= limits.session_download_bytes;
  }
};

}  // namespace turnpike::egress
