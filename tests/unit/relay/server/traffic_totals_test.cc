#include "relay/server/traffic_totals.h"

#include <gtest/gtest.h>

namespace turnpike::server {
namespace {

TEST(TrafficTotals, AddsUpByRealm) {
  TrafficTotals totals(false);
  totals.add("a", "alice", {.received_packets = 1, .peer_sent_bytes = 10});
  totals.add("a", "bob", {.received_packets = 2, .peer_sent_bytes = 20});
  totals.add("b", "bob", {.received_packets = 4});
  const auto rows = totals.rows();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].realm, "a");
  EXPECT_EQ(rows[0].user, "");
  EXPECT_EQ(rows[0].usage.received_packets, 3U);
  EXPECT_EQ(rows[0].usage.peer_sent_bytes, 30U);
  EXPECT_EQ(totals.sum().received_packets, 7U);
}

TEST(TrafficTotals, UsersPastTheBoundAreCountedTogether) {
  TrafficTotals totals(true);
  for (std::size_t i = 0; i < TrafficTotals::kMaxLabels + 50; ++i) {
    totals.add("r", "user" + std::to_string(i), {.sent_packets = 1});
  }
  const auto rows = totals.rows();
  EXPECT_EQ(rows.size(), TrafficTotals::kMaxLabels + 1);
  std::uint64_t others = 0;
  for (const auto& row : rows) {
    if (row.user == TrafficTotals::kOthers) others = row.usage.sent_packets;
  }
  EXPECT_EQ(others, 50U);
}

}  // namespace
}  // namespace turnpike::server
