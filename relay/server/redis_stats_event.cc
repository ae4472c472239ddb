#include "relay/server/redis_stats_event.h"

#include <fmt/format.h>

#include <algorithm>

namespace turnpike::server {
namespace {

using Kind = RedisStatsEvent::Kind;

std::string base_of(const turn::Session& session) {
  const std::string realm =
      session.realm.empty() ? std::string() : fmt::format("realm/{}/", session.realm);
  return fmt::format("turn/{}user/{}/allocation/{:018}", realm, session.user, session.id.value);
}

std::string status_of(const turn::Session& session, std::string_view what, seconds lifetime,
                      const session_log::TlsWords& tls) {
  constexpr std::string_view kNone = "NONE";
  const FiveTuple& tuple = session.client.tuple;
  return fmt::format("{} lifetime={}, type={}, local={}, remote={}, ssl={}, cipher={}", what,
                     lifetime.count(), transport_name(tuple.transport),
                     tuple.server.value.to_string(), tuple.client.value.to_string(),
                     tls.method.empty() ? kNone : tls.method,
                     tls.cipher.empty() ? kNone : tls.cipher);
}

std::string traffic_of(const turn::Usage& usage) {
  return fmt::format("rcvp={}, rcvb={}, sentp={}, sentb={}", usage.received_packets,
                     usage.received_bytes, usage.sent_packets, usage.sent_bytes);
}

std::string peer_traffic_of(const turn::Usage& usage) {
  return fmt::format("rcvp={}, rcvb={}, sentp={}, sentb={}", usage.peer_received_packets,
                     usage.peer_received_bytes, usage.peer_sent_packets, usage.peer_sent_bytes);
}

}  // namespace

RedisStatsEvent stats_event(const turn::AllocationCreated& event,
                            const session_log::TlsWords& tls) {
  return {.kind = Kind::kStatus,
          .base = base_of(event.session),
          .status = status_of(event.session, "new", event.lifetime, tls)};
}

RedisStatsEvent stats_event(const turn::AllocationRefreshed& event,
                            const session_log::TlsWords& tls) {
  return {.kind = Kind::kStatus,
          .base = base_of(event.session),
          .status = status_of(event.session, "refreshed", event.lifetime, tls)};
}

RedisStatsEvent stats_event(const turn::UsageReport& event) {
  return {.kind = Kind::kTraffic,
          .base = base_of(event.session),
          .traffic = traffic_of(event.since_report),
          .peer_traffic = peer_traffic_of(event.since_report)};
}

RedisStatsEvent stats_event(const turn::AllocationDeleted& event) {
  return {.kind = Kind::kDeleted,
          .base = base_of(session_log::session_of(event)),
          .traffic = traffic_of(event.since_report),
          .peer_traffic = peer_traffic_of(event.since_report),
          .total = traffic_of(event.total),
          .peer_total = peer_traffic_of(event.total),
          .refreshed_to_zero = event.reason == turn::CloseReason::kRefreshedToZero};
}

std::string status_at_zero(const std::string& status) {
  return "refreshed lifetime=0" + status.substr(std::min(status.size(), status.find(',')));
}

}  // namespace turnpike::server
