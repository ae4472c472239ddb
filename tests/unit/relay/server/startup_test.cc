#include "relay/server/startup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "relay/crypto/crypto_rng.h"

namespace turnpike::server {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// As the loader would leave it after a line for each of `options`.
conf::TurnserverConfig config_of(std::string_view text) {
  return conf::load_turnserver_text(text, "test.conf", {.domain_name = ""}).config;
}

SetupOutcome set_up_text(std::string_view text) {
  crypto::CryptoRng rng;
  return set_up(config_of(text), "", rng);
}

TEST(Startup, PlainRelay) {
  const auto out = set_up_text("listening-ip=127.0.0.1\nlt-cred-mech\nuser=a:b\nrealm=r\n");
  EXPECT_THAT(out.errors, IsEmpty());
  EXPECT_EQ(out.setup.tls, nullptr);
  EXPECT_THAT(out.notes, ElementsAre(HasSubstr("TLS is off")));
  EXPECT_EQ(out.setup.plan.udp.size(), 1U);
}

TEST(Startup, AMissingCertificateStopsTheStartAndIsNamed) {
  const auto out = set_up_text(
      "listening-ip=127.0.0.1\nno-auth\ncert=/nonexistent/cert.pem\npkey=/nonexistent/key.pem\n");
  EXPECT_THAT(out.errors, Contains(HasSubstr("/nonexistent/cert.pem")));
}

TEST(Startup, ATlsPortWithoutACertificateStopsTheStart) {
  const auto out = set_up_text("listening-ip=127.0.0.1\nno-auth\ntls-listening-port=443\n");
  EXPECT_THAT(out.errors, Contains(HasSubstr("test.conf:3")));
  EXPECT_THAT(
      set_up_text("listening-ip=127.0.0.1\nno-auth\ntls-listening-port=443\nno-tls\n").errors,
      IsEmpty());
}

TEST(Startup, NoAuthIsWarnedOf) {
  EXPECT_THAT(set_up_text("listening-ip=127.0.0.1\nno-auth\n").warnings,
              Contains(HasSubstr("no-auth")));
}

TEST(Startup, ShardCount) {
  EXPECT_EQ(shard_count(config_of("relay-threads=3\n")), 3U);
  EXPECT_EQ(shard_count(config_of("relay-threads=0\n")), 1U);
  EXPECT_EQ(shard_count(config_of("cpus=5\n")), 5U);
  EXPECT_GE(shard_count(config_of("")), 1U);
}

}  // namespace
}  // namespace turnpike::server
