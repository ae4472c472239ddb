// EventLog: what the cores report becomes log lines (Coturn's shapes) and traffic totals. One for
// all shards; control path only. Floods are bounded: a denial is told once per (user, range), and
// failures share a budget of lines per second.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/time.h"
#include "base/token_bucket.h"
#include "relay/server/ops/session_log.h"
#include "relay/server/redis_stats.h"
#include "relay/server/traffic_totals.h"
#include "relay/turn/outbox.h"

namespace turnpike::server {

struct EventLogSettings {
  bool verbose = false;               // `verbose`: a line per session event
  bool log_binding = false;           // `log-binding`: also per Binding request
  RedisStats* redis_stats = nullptr;  // `redis-statsdb`; outlives the log
};

class EventLog {
 public:
  EventLog(EventLogSettings settings, TrafficTotals& totals);

  void write(const turn::AllocationCreated& event, const session_log::TlsWords& tls);
  void write(const turn::AllocationRefreshed& event, const session_log::TlsWords& tls);
  void write(const turn::AllocationDeleted& event);
  void write(const turn::UsageReport& event);
  void write(const turn::PermissionChanged& event);
  void write(const turn::ChannelChanged& event);
  void write(const Now& now, const turn::PeerDenied& event);
  void write(const Now& now, const turn::RequestAnswered& event);

  void stream_opened(const ClientAddress& client);
  /// `session`: of the allocation that the stream carried, or none.
  void stream_closed(turn::SessionId session, const ClientAddress& client);

  /// Lines that the budget has swallowed since the start.
  std::uint64_t suppressed() const { return suppressed_.load(std::memory_order_relaxed); }

 private:
  /// False: the failures of this second have had their lines already.
  bool take_failure_line(const Now& now);
  bool take_failure_line_locked(const Now& now);
  bool tells_denial(const Now& now, const turn::PeerDenied& event);

  EventLogSettings settings_;
  TrafficTotals& totals_;
  std::mutex mutex_;
  TokenBucket failure_lines_;
  std::unordered_set<std::string> told_denials_;
  std::atomic<std::uint64_t> suppressed_{0};
  std::uint64_t suppressed_told_ = 0;
  std::atomic<std::uint64_t> allocations_{0};
};

}  // namespace turnpike::server
