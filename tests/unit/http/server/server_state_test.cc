#include "http/server/server_state.h"

#include <gtest/gtest.h>

#include "http/server/connection.h"

namespace turnpike::http {
namespace {

HttpServerSettings limits_of(std::size_t all, std::size_t per_address) {
  HttpServerSettings settings;
  settings.limits.connections = all;
  settings.limits.connections_per_address = per_address;
  return settings;
}

IpAddress ip(std::string_view text) {
  return *IpAddress::parse(text);
}

TEST(ServerState, LimitsAllConnections) {
  ServerState state(limits_of(2, 0), {});
  const auto first = state.enter(ip("192.0.2.1"));
  EXPECT_TRUE(first);
  EXPECT_TRUE(state.enter(std::nullopt));
  EXPECT_FALSE(state.enter(std::nullopt));
  state.leave(*first);
  EXPECT_TRUE(state.enter(std::nullopt));
  EXPECT_EQ(state.open(), 2U);
}

TEST(ServerState, LimitsAnAddressAndAnIpv6Network) {
  ServerState state(limits_of(100, 1), {});
  const auto first = state.enter(ip("192.0.2.1"));
  EXPECT_TRUE(first);
  EXPECT_FALSE(state.enter(ip("192.0.2.1")));
  EXPECT_FALSE(state.enter(ip("::ffff:192.0.2.1")));
  EXPECT_TRUE(state.enter(ip("192.0.2.2")));
  EXPECT_TRUE(state.enter(ip("2001:db8:0:1::1")));
  EXPECT_FALSE(state.enter(ip("2001:db8:0:1:ffff::2")));
  EXPECT_TRUE(state.enter(ip("2001:db8:0:2::1")));
  EXPECT_TRUE(state.enter(std::nullopt));
  EXPECT_TRUE(state.enter(std::nullopt));
  state.leave(*first);
  state.leave(*first);
  EXPECT_TRUE(state.enter(ip("192.0.2.1")));
}

TEST(ServerState, WaitsForTheLastOne) {
  ServerState state(limits_of(10, 10), {});
  EXPECT_TRUE(state.wait_until_empty(std::chrono::milliseconds(0)));
  const auto id = state.enter(std::nullopt);
  EXPECT_FALSE(state.wait_until_empty(std::chrono::milliseconds(1)));
  state.leave(*id);
  EXPECT_TRUE(state.wait_until_empty(std::chrono::milliseconds(0)));
}

TEST(ServerState, Counts) {
  ServerState state({}, {});
  state.count(HttpCounter::kTimeouts);
  state.count(HttpCounter::kTimeouts);
  EXPECT_EQ(state.counter(HttpCounter::kTimeouts), 2U);
  EXPECT_EQ(state.counter(HttpCounter::kRequests), 0U);
}

}  // namespace
}  // namespace turnpike::http
