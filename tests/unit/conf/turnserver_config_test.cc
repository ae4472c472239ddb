#include "conf/turnserver_config.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace turnpike::conf {
namespace {

TEST(TurnserverConfig, HasTypedFieldsWithDefaults) {
  const TurnserverConfig config;
  static_assert(std::is_same_v<decltype(config.listening_port), std::uint16_t>);
  static_assert(std::is_same_v<decltype(config.stale_nonce), seconds>);
  static_assert(std::is_same_v<decltype(config.static_auth_secret), std::vector<Secret>>);
  static_assert(std::is_same_v<decltype(config.no_tlsv1), Ignored>);
  EXPECT_EQ(config.listening_port, 3478);
  EXPECT_EQ(config.tls_listening_port, 5349);
  EXPECT_EQ(config.min_port, 49152);
  EXPECT_EQ(config.max_port, 65535);
  EXPECT_EQ(config.stale_nonce, seconds(600));
  EXPECT_EQ(config.max_allocate_lifetime, seconds(3600));
  EXPECT_EQ(config.peer_policy, "safe");
  EXPECT_EQ(config.log_format, "text");
  EXPECT_EQ(config.relay_quarantine, seconds(2));
  EXPECT_EQ(config.tls_handshake_timeout, seconds(10));
  EXPECT_EQ(config.tcp_max_connections_per_ip, 256U);
  EXPECT_EQ(config.tcp_send_queue_bytes, 262144U);
  EXPECT_EQ(config.max_permissions_per_allocation, 256U);
  EXPECT_EQ(config.max_channels_per_allocation, 256U);
  EXPECT_EQ(config.max_allocations, 65536U);
  EXPECT_EQ(config.password_algorithms, "md5");
  EXPECT_FALSE(config.lt_cred_mech);
  EXPECT_TRUE(config.user.empty());
}

TEST(TurnserverConfig, KnowsWhereValuesCameFrom) {
  TurnserverConfig config;
  EXPECT_TRUE(config.is_default(Option::realm));
  EXPECT_EQ(config.origin(Option::realm).to_string(), "default");
  auto& origins = config.origins[static_cast<std::size_t>(Option::listening_ip)];
  origins.push_back({Origin::Source::kFile, "/etc/t.conf", 7});
  origins.push_back({Origin::Source::kCommandLine, "", 0});
  EXPECT_FALSE(config.is_default(Option::listening_ip));
  EXPECT_EQ(config.origin(Option::listening_ip).to_string(), "/etc/t.conf:7");
  EXPECT_EQ(config.origin(Option::listening_ip, 1).to_string(), "command line");
  EXPECT_EQ(config.origin(Option::listening_ip, 2).to_string(), "default");
  EXPECT_EQ((Origin{Origin::Source::kImplied, "user", 0}).to_string(), "implied by user");
}

TEST(TurnserverConfig, VisitsEveryOptionOnceInOrder) {
  TurnserverConfig config;
  std::size_t count = 0;
  for_each_option(config, [&](const OptionRow& row, auto& field, const auto& initial) {
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(field)>,
                                 std::remove_cvref_t<decltype(initial)>>);
    EXPECT_EQ(row.id, static_cast<Option>(count));
    ++count;
  });
  EXPECT_EQ(count, kOptionCount);
}

}  // namespace
}  // namespace turnpike::conf
