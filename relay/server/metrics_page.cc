#include "relay/server/metrics_page.h"

#include "relay/server/ops/metrics_text.h"
#include "relay/server/ops/process_metrics.h"

namespace turnpike::server {
namespace {

using turn::Count;
using turn::DropReason;

/// Sums over the shards.
class Totals {
 public:
  explicit Totals(const Relay& relay) : relay_(relay) {}

  std::uint64_t operator()(Count which) const {
    return sum([&](const Shard& s) { return s.core_counters().counts.read(which); });
  }
  std::uint64_t operator()(DropReason which) const {
    return sum([&](const Shard& s) { return s.core_counters().drops.read(which); });
  }
  std::uint64_t operator()(ShellCount which) const {
    return sum([&](const Shard& s) { return s.shell_counters().counts.read(which); });
  }
  std::int64_t allocations(Transport transport) const {
    return static_cast<std::int64_t>(sum([&](const Shard& s) {
      return s.shell_counters().allocations[static_cast<std::size_t>(transport)].load(
          std::memory_order_relaxed);
    }));
  }
  std::size_t shards() const { return relay_.shards().size(); }
  std::uint64_t user_cache_hits() const {
    return sum([](const Shard& s) { return s.user_cache_hits(); });
  }
  std::int64_t streams() const {
    return static_cast<std::int64_t>(sum(
        [](const Shard& s) { return s.shell_counters().streams.load(std::memory_order_relaxed); }));
  }

 private:
  template <class Read>
  std::uint64_t sum(Read read) const {
    std::uint64_t total = 0;
    for (const auto& shard : relay_.shards()) total += static_cast<std::uint64_t>(read(*shard));
    return total;
  }
  const Relay& relay_;
};

constexpr std::string_view kErrorPrefix = "error_";
constexpr std::string_view kRefusedPrefix = "refused_";

void add_coturn_names(MetricsSnapshot& out, const Totals& total) {
  out.add(Metric::kStunBindingRequest, total(Count::kBindingRequests));
  out.add(Metric::kStunBindingResponse, total(Count::kBindingResponses));
  out.add(Metric::kStunBindingError, total(Count::kBindingErrors));
  const std::uint64_t challenges = total(Count::kChallenges);
  const std::uint64_t dropped = total(DropReason::kChallengeLimit);
  out.add(Metric::kTurnUnauthenticatedRequests, challenges + dropped);
  out.add(Metric::kTurnUnauthenticatedResponses, challenges);
  out.add(Metric::kTurnUnauthenticatedDropped, dropped);
  out.add(Metric::kTurnRatelimitCollisions, total(Count::kChallengeCollisions));
  out.add(Metric::kTurnRatelimitOccupied, total(Count::kChallengeBucketsTaken));
  out.add(Metric::kTurnRatelimitTotal, total.shards() * turn::ChallengeLimiter::kBuckets);
  for (const Transport transport :
       {Transport::kUdp, Transport::kTcp, Transport::kTls, Transport::kDtls}) {
    out.add(Metric::kTurnTotalAllocations, total.allocations(transport),
            {std::string(transport_name(transport))});
  }
  const std::uint64_t received = total(ShellCount::kUdpReceived);
  const std::uint64_t invalid = total(ShellCount::kDropInvalid) + total(ShellCount::kDropTruncated);
  out.add(Metric::kTurnPacketProcessed, received - std::min(received, invalid));
  out.add(Metric::kTurnPacketDropped, invalid);
  out.add(Metric::kTurnUdpRecvmmsgCalls, total(ShellCount::kUdpReceiveCalls));
  out.add(Metric::kTurnUdpRecvmmsgPackets, received);
  out.add(Metric::kTurnUdpSendmmsgFlushes, total(ShellCount::kUdpSendCalls));
  out.add(Metric::kTurnUdpSendmmsgDatagrams, total(ShellCount::kUdpSent));
}

void add_traffic(MetricsSnapshot& out, const TrafficTotals& traffic) {
  for (const TrafficTotals::Row& row : traffic.rows()) {
    std::vector<std::string> labels{row.realm};
    if (!row.user.empty()) labels.push_back(row.user);
    out.add(Metric::kTurnTrafficRcvp, row.usage.received_packets, labels);
    out.add(Metric::kTurnTrafficRcvb, row.usage.received_bytes, labels);
    out.add(Metric::kTurnTrafficSentp, row.usage.sent_packets, labels);
    out.add(Metric::kTurnTrafficSentb, row.usage.sent_bytes, labels);
    out.add(Metric::kTurnTrafficPeerRcvp, row.usage.peer_received_packets, labels);
    out.add(Metric::kTurnTrafficPeerRcvb, row.usage.peer_received_bytes, labels);
    out.add(Metric::kTurnTrafficPeerSentp, row.usage.peer_sent_packets, labels);
    out.add(Metric::kTurnTrafficPeerSentb, row.usage.peer_sent_bytes, labels);
  }
  const turn::Usage sum = traffic.sum();
  out.add(Metric::kTurnTotalTrafficRcvp, sum.received_packets);
  out.add(Metric::kTurnTotalTrafficRcvb, sum.received_bytes);
  out.add(Metric::kTurnTotalTrafficSentp, sum.sent_packets);
  out.add(Metric::kTurnTotalTrafficSentb, sum.sent_bytes);
  out.add(Metric::kTurnTotalTrafficPeerRcvp, sum.peer_received_packets);
  out.add(Metric::kTurnTotalTrafficPeerRcvb, sum.peer_received_bytes);
  out.add(Metric::kTurnTotalTrafficPeerSentp, sum.peer_sent_packets);
  out.add(Metric::kTurnTotalTrafficPeerSentb, sum.peer_sent_bytes);
}

void add_own_names(MetricsSnapshot& out, const Totals& total) {
  out.add(Metric::kBuildInfo, 1, {TURNPIKE_VERSION});
  out.add(Metric::kAllocationsCreated, total(Count::kAllocationsCreated));
  out.add(Metric::kAllocationsDeleted, total(Count::kAllocationsDeleted));
  out.add(Metric::kRefreshes, total(Count::kRefreshes));
  out.add(Metric::kPermissions, total(Count::kPermissions));
  out.add(Metric::kChannelBindings, total(Count::kChannelBindings));
  out.add(Metric::kRelayedPackets, total(Count::kClientPackets), {"to_peer"});
  out.add(Metric::kRelayedPackets, total(Count::kPeerPackets), {"to_client"});
  out.add(Metric::kRelayedBytes, total(Count::kClientBytes), {"to_peer"});
  out.add(Metric::kRelayedBytes, total(Count::kPeerBytes), {"to_client"});
  out.add(Metric::kStreams, total.streams());
  out.add(Metric::kChallenges, total(Count::kChallenges));
}

/// Every row of the counters' own tables, so that a new drop reason or error code shows up by
/// itself.
void add_reasons(MetricsSnapshot& out, const Totals& total) {
  for (std::size_t i = 1; i < static_cast<std::size_t>(DropReason::kCount); ++i) {
    const auto reason = static_cast<DropReason>(i);
    out.add(Metric::kDroppedPackets, total(reason), {std::string(turn::drop_reason_label(reason))});
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(Count::kCount); ++i) {
    const auto count = static_cast<Count>(i);
    const std::string_view label = turn::count_label(count);
    if (label.starts_with(kErrorPrefix)) {
      out.add(Metric::kErrorResponses, total(count),
              {std::string(label.substr(kErrorPrefix.size()))});
    } else if (label.starts_with(kRefusedPrefix)) {
      out.add(Metric::kRefusedCredentials, total(count),
              {std::string(label.substr(kRefusedPrefix.size()))});
    }
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(ShellCount::kCount); ++i) {
    const auto count = static_cast<ShellCount>(i);
    const auto metric = is_drop(count) ? Metric::kDroppedPackets : Metric::kSocketEvents;
    out.add(metric, total(count), {std::string(shell_count_label(count))});
  }
}

void add_users(MetricsSnapshot& out, const Relay& relay, const Totals& total) {
  const auto& shards = relay.shards();
  out.add(
      Metric::kRevocations,
      shards.empty() ? 0 : shards[0]->shell_counters().revocations.load(std::memory_order_relaxed));
  if (relay.store() == nullptr) return;
  const UserLookups& lookups = relay.store()->lookups();
  out.add(Metric::kStoreUp, relay.store()->health().is_up() ? 1 : 0);
  out.add(Metric::kStoreFailures, relay.store()->health().failures());
  out.add(Metric::kUserLookups, lookups.asked());
  out.add(Metric::kUserLookupsRefused, lookups.refused());
  out.add(Metric::kUserCacheHits, total.user_cache_hits());
  out.add(Metric::kQueueLength, lookups.waiting(), {"user_lookups"});
  out.add(Metric::kQueueCapacity, lookups.max_waiting(), {"user_lookups"});
}

void add_limits(MetricsSnapshot& out, const Relay& relay, const conf::TurnserverConfig& config) {
  const QuotaUsage used = relay.quotas().usage();
  out.add(Metric::kShards, relay.shards().size());
  out.add(Metric::kLimit, config.max_allocations, {"max-allocations"});
  out.add(Metric::kLimitUsed, used.allocations, {"max-allocations"});
  out.add(Metric::kLimit, config.total_quota, {"total-quota"});
  out.add(Metric::kLimitUsed, used.allocations, {"total-quota"});
  out.add(Metric::kLimit, config.user_quota, {"user-quota"});
  out.add(Metric::kLimit, config.bps_capacity, {"bps-capacity"});
  out.add(Metric::kLimitUsed, used.reserved_bytes_per_s, {"bps-capacity"});
  out.add(Metric::kLimit, config.tcp_max_connections_per_ip, {"tcp-max-connections-per-ip"});
  out.add(Metric::kLimit, config.max_permissions_per_allocation,
          {"max-permissions-per-allocation"});
  out.add(Metric::kLimit, config.max_channels_per_allocation, {"max-channels-per-allocation"});
  out.add(Metric::kRelayPorts, relay.ports().owned_count());
  out.add(Metric::kRelayPortsUsed, relay.ports().used_count());
}

}  // namespace

std::string metrics_page(const Relay& relay, const conf::TurnserverConfig& config,
                         const Logging& logging) {
  MetricsSnapshot out;
  const Totals total(relay);
  add_coturn_names(out, total);
  add_traffic(out, relay.traffic());
  add_own_names(out, total);
  add_reasons(out, total);
  add_users(out, relay, total);
  add_limits(out, relay, config);
  out.add(Metric::kQueueLength, logging.queued_lines(), {"log"});
  out.add(Metric::kLogLinesLost, logging.lost_lines());
  if (relay.redis_stats()) out.add(Metric::kRedisStatsLost, relay.redis_stats()->lost());
  out.add(Metric::kLogLinesSuppressed, relay.event_log().suppressed());
  add_process_metrics(out);
  return render_metrics(out);
}

}  // namespace turnpike::server
