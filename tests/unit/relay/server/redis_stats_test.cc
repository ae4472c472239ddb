#include "relay/server/redis_stats.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/redis_server.h"

namespace turnpike::server {
namespace {

using turnpike::testing::RedisServer;

RedisStatsEvent traffic() {
  return {.kind = RedisStatsEvent::Kind::kTraffic, .base = "turn/realm/r/user/u/allocation/1"};
}

RedisStatsEvent status(int session) {
  return {.kind = RedisStatsEvent::Kind::kStatus,
          .base = fmt::format("turn/realm/r/user/u/allocation/{:018}", session),
          .status = "new lifetime=600, type=UDP"};
}

TEST(RedisStats, AFullQueueLosesTrafficBeforeStates) {
  RedisStats stats({}, "host:1");  // not started: nobody empties the queue
  for (std::size_t i = 0; i < RedisStats::kMaxTraffic + 3; ++i) stats.add(traffic());
  EXPECT_EQ(stats.lost(), 3U);
  stats.add(status(1));
  EXPECT_EQ(stats.lost(), 3U);
  for (std::size_t i = 0; i < RedisStats::kMaxQueued; ++i) stats.add(status(2));
  EXPECT_EQ(stats.lost(), 3U + RedisStats::kMaxTraffic + 1);
}

TEST(RedisStats, WithoutAServerItEndsAndCountsWhatWasLost) {
  credentials::RedisSettings nowhere;
  nowhere.socket = "/nonexistent/redis.sock";
  RedisStats stats(nowhere, "host:1");
  stats.start();
  stats.add(status(1));
  stats.stop();
  EXPECT_EQ(stats.lost(), 1U);
}

TEST(RedisStats, StopSendsWhatIsQueued) {
  if (!RedisServer::missing().empty()) GTEST_SKIP() << RedisServer::missing();
  const RedisServer server;
  credentials::RedisSettings settings;
  settings.socket = server.socket_path();
  {
    RedisStats stats(settings, "host:1");
    for (int i = 0; i < 500; ++i) stats.add(status(i));
    stats.start();
    stats.stop();
    EXPECT_EQ(stats.lost(), 0U);
  }
  EXPECT_EQ(server.cli({"SCARD", "turnpike/statsdb/host:1"}), "500\n");
  EXPECT_EQ(server.cli({"GET", "turn/realm/r/user/u/allocation/000000000000000499/status"}),
            "new lifetime=600, type=UDP\n");
  {
    RedisStats stats(settings, "host:2");
    stats.start();
    stats.stop();
  }
  EXPECT_EQ(server.cli({"DBSIZE"}), "501\n") << "another relay's keys are left alone";
  {
    RedisStats stats(settings, "host:1");
    stats.start();
    stats.stop();
  }
  EXPECT_EQ(server.cli({"DBSIZE"}), "0\n") << "its own from before are removed";
}

TEST(RedisStats, TheServersNameHasThePort) {
  EXPECT_TRUE(stats_server_name(3478).ends_with(":3478"));
}

}  // namespace
}  // namespace turnpike::server
