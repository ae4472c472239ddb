// What redis-statsdb says about a session: keys and messages in Coturn's words, which billing
// scripts parse. Speaks to no server.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "relay/server/ops/session_log.h"
#include "relay/turn/outbox.h"

namespace turnpike::server {

struct RedisStatsEvent {
  enum class Kind : std::uint8_t { kStatus, kTraffic, kDeleted };
  Kind kind{};
  /// "turn/realm/<R>/user/<U>/allocation/<18 digits>"; without a realm "turn/user/<U>/…".
  std::string base{};
  /// "new lifetime=600, type=UDP, local=1.2.3.4:3478, remote=5.6.7.8:9, ssl=NONE, cipher=NONE", or
  /// with "refreshed"; kStatus only.
  std::string status{};
  /// "rcvp=N, rcvb=N, sentp=N, sentb=N" since the last ones, and of the whole session at its end.
  std::string traffic{}, peer_traffic{}, total{}, peer_total{};
  bool refreshed_to_zero = false;  // Coturn tells of that refresh too
};

RedisStatsEvent stats_event(const turn::AllocationCreated& event, const session_log::TlsWords& tls);
RedisStatsEvent stats_event(const turn::AllocationRefreshed& event,
                            const session_log::TlsWords& tls);
RedisStatsEvent stats_event(const turn::UsageReport& event);
RedisStatsEvent stats_event(const turn::AllocationDeleted& event);

/// The status again, as it is after a refresh with lifetime 0.
std::string status_at_zero(const std::string& status);

}  // namespace turnpike::server
