#include "relay/server/redis_stats_event.h"

#include <gtest/gtest.h>

namespace turnpike::server {
namespace {

turn::Session session(std::string_view realm) {
  turn::Session s{.id = {1000000000000007}, .realm = realm, .user = "alice", .client = {}};
  s.client.tuple.client.value = {IpAddress::v4(5, 6, 7, 8), 9};
  s.client.tuple.server.value = {IpAddress::v4(1, 2, 3, 4), 3478};
  return s;
}

TEST(RedisStatsEvent, StatusInCoturnsWords) {
  turn::AllocationCreated created;
  created.session = session("r");
  created.lifetime = seconds(600);
  const auto event = stats_event(created, {});
  EXPECT_EQ(event.kind, RedisStatsEvent::Kind::kStatus);
  EXPECT_EQ(event.base, "turn/realm/r/user/alice/allocation/001000000000000007");
  EXPECT_EQ(event.status,
            "new lifetime=600, type=UDP, local=1.2.3.4:3478, remote=5.6.7.8:9, ssl=NONE, "
            "cipher=NONE");
  EXPECT_EQ(status_at_zero(event.status),
            "refreshed lifetime=0, type=UDP, local=1.2.3.4:3478, remote=5.6.7.8:9, ssl=NONE, "
            "cipher=NONE");
}

TEST(RedisStatsEvent, TlsIsNamedAndARealmMayBeMissing) {
  turn::AllocationRefreshed refreshed{.session = session(""), .lifetime = seconds(5)};
  refreshed.session.client.tuple.transport = Transport::kTls;
  const auto event = stats_event(refreshed, {.cipher = "C", .method = "TLSv1.3"});
  EXPECT_EQ(event.base, "turn/user/alice/allocation/001000000000000007");
  EXPECT_EQ(event.status,
            "refreshed lifetime=5, type=TLS/TCP, local=1.2.3.4:3478, remote=5.6.7.8:9, "
            "ssl=TLSv1.3, cipher=C");
}

TEST(RedisStatsEvent, CountsHave64Bits) {
  turn::UsageReport report{.session = session("r"), .since_report = {}};
  report.since_report.received_packets = 1;
  report.since_report.received_bytes = 5'000'000'000;
  report.since_report.peer_sent_packets = 3;
  report.since_report.peer_sent_bytes = 6'000'000'000;
  const auto event = stats_event(report);
  EXPECT_EQ(event.traffic, "rcvp=1, rcvb=5000000000, sentp=0, sentb=0");
  EXPECT_EQ(event.peer_traffic, "rcvp=0, rcvb=0, sentp=3, sentb=6000000000");
}

TEST(RedisStatsEvent, TheEndHasBothSums) {
  turn::AllocationDeleted deleted;
  deleted.reason = turn::CloseReason::kRefreshedToZero;
  deleted.total.sent_packets = 9;
  deleted.since_report.sent_packets = 2;
  const auto event = stats_event(deleted);
  EXPECT_EQ(event.kind, RedisStatsEvent::Kind::kDeleted);
  EXPECT_TRUE(event.refreshed_to_zero);
  EXPECT_EQ(event.total, "rcvp=0, rcvb=0, sentp=9, sentb=0");
  EXPECT_EQ(event.traffic, "rcvp=0, rcvb=0, sentp=2, sentb=0");
}

}  // namespace
}  // namespace turnpike::server
