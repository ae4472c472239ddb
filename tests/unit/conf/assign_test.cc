#include "conf/assign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::conf {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class AssignTest : public testing::Test {
 protected:
  bool give(const char* name, const std::string& value) {
    diagnostics_ = {};
    return assign(config_, {find_option(name), Secret(value), origin_}, diagnostics_);
  }
  std::string problem() const {
    return diagnostics_.all().empty() ? "" : diagnostics_.all().front().text;
  }

  TurnserverConfig config_;
  Diagnostics diagnostics_;
  Origin origin_{Origin::Source::kFile, "f", 3};
};

TEST_F(AssignTest, StoresEveryKind) {
  EXPECT_TRUE(give("no-udp", "yes"));
  EXPECT_TRUE(give("listening-port", "80"));
  EXPECT_TRUE(give("max-bps", "128000"));
  EXPECT_TRUE(give("channel-lifetime", "30"));
  EXPECT_TRUE(give("realm", "example.org"));
  EXPECT_TRUE(give("pkey-pwd", "hush"));
  EXPECT_TRUE(give("relay-ip", "192.0.2.1"));
  EXPECT_TRUE(give("user", "alice:pw"));
  EXPECT_TRUE(config_.no_udp);
  EXPECT_EQ(config_.listening_port, 80);
  EXPECT_EQ(config_.max_bps, 128000U);
  EXPECT_EQ(config_.channel_lifetime, seconds(30));
  EXPECT_EQ(config_.realm, "example.org");
  EXPECT_EQ(config_.pkey_pwd.reveal(), "hush");
  EXPECT_THAT(config_.relay_ip, testing::ElementsAre("192.0.2.1"));
  EXPECT_EQ(config_.user.at(0).reveal(), "alice:pw");
  EXPECT_EQ(config_.origin(Option::realm), origin_);
}

TEST_F(AssignTest, LastScalarWinsAndListsAddUp) {
  give("realm", "a");
  give("realm", "b");
  give("listening-ip", "192.0.2.1");
  give("listening-ip", "192.0.2.2");
  EXPECT_EQ(config_.realm, "b");
  EXPECT_THAT(config_.listening_ip, testing::ElementsAre("192.0.2.1", "192.0.2.2"));
  EXPECT_EQ(config_.origins[static_cast<std::size_t>(Option::realm)].size(), 1U);
  EXPECT_EQ(config_.origins[static_cast<std::size_t>(Option::listening_ip)].size(), 2U);
}

TEST_F(AssignTest, ABareNameMayMeanTheDefault) {
  give("stale-nonce", "30");
  EXPECT_EQ(config_.stale_nonce, seconds(30));
  EXPECT_TRUE(give("stale-nonce", ""));
  EXPECT_EQ(config_.stale_nonce, seconds(600));
  EXPECT_FALSE(config_.is_default(Option::stale_nonce));
  EXPECT_TRUE(give("stale-nonce", "0"));
  EXPECT_EQ(config_.stale_nonce, seconds(0));
}

TEST_F(AssignTest, SaysWhatToWrite) {
  EXPECT_FALSE(give("listening-port", "http"));
  EXPECT_EQ(problem(), "listening-port: 'http' is not a port; write a port from 0 to 65535");
  EXPECT_FALSE(give("listening-port", "65536"));
  EXPECT_THAT(problem(), HasSubstr("'65536' is out of range; write a port from 0 to 65535"));
  EXPECT_FALSE(give("max-bps", "64k"));
  EXPECT_THAT(problem(), HasSubstr("units are not understood"));
  EXPECT_FALSE(give("user-quota", ""));
  EXPECT_THAT(problem(), HasSubstr("has no value; write a number from 0"));
  EXPECT_FALSE(give("lt-cred-mech", "maybe"));
  EXPECT_EQ(
      problem(),
      "lt-cred-mech: 'maybe' is neither yes nor no; write lt-cred-mech=yes or lt-cred-mech=no");
  EXPECT_FALSE(give("realm", ""));
  EXPECT_EQ(problem(), "realm: has no value; write realm=<text>");
  EXPECT_FALSE(give("realm", std::string(128, 'r')));
  EXPECT_THAT(problem(), HasSubstr("128 characters; at most 127"));
  EXPECT_FALSE(give("log-format", "xml"));
  EXPECT_EQ(problem(), "log-format: 'xml' is not one of text|json");
  EXPECT_EQ(config_.listening_port, 3478);
  EXPECT_TRUE(config_.is_default(Option::realm));
}

// Coturn would set an empty text; for what is no matter of security that is a warning, and the
// default stays.
TEST_F(AssignTest, AnEmptyTextKeepsTheDefault) {
  EXPECT_TRUE(give("pidfile", ""));
  EXPECT_EQ(config_.pidfile, "/var/run/turnserver.pid");
  EXPECT_THAT(problem(), HasSubstr("has no value and is ignored"));
}

// Changed from Coturn, which turns these on whatever the value says.
TEST_F(AssignTest, HonoursValuesThatCoturnIgnores) {
  for (const char* name : {"use-auth-secret", "prometheus", "prometheus-username-labels", "rfc5780",
                           "multiplex-peer"}) {
    EXPECT_TRUE(give(name, "false")) << name;
    EXPECT_THAT(problem(), HasSubstr("Coturn would ignore the value")) << name;
    EXPECT_FALSE(give(name, "!")) << name;
  }
  EXPECT_FALSE(config_.use_auth_secret);
  EXPECT_TRUE(give("use-auth-secret", ""));
  EXPECT_TRUE(config_.use_auth_secret);
  EXPECT_TRUE(give("use-auth-secret", "0"));
  EXPECT_FALSE(config_.use_auth_secret);
}

TEST_F(AssignTest, FollowsAliasesAndOpposites) {
  EXPECT_TRUE(give("db", "/var/lib/turn/turndb"));
  EXPECT_EQ(config_.userdb, "/var/lib/turn/turndb");
  EXPECT_TRUE(give("sql-userdb", "host=db"));
  EXPECT_EQ(config_.psql_userdb.reveal(), "host=db");
  EXPECT_TRUE(give("software-attribute", ""));
  EXPECT_TRUE(give("no-software-attribute", ""));
  EXPECT_FALSE(config_.software_attribute);
  EXPECT_TRUE(give("no-software-attribute", "no"));
  EXPECT_TRUE(config_.software_attribute);
}

TEST_F(AssignTest, WhatIsAlwaysSoCannotBeTurnedOff) {
  EXPECT_TRUE(give("drop-invalid-packets", ""));
  EXPECT_THAT(diagnostics_.all(), IsEmpty());
  EXPECT_TRUE(give("drop-invalid-packets", "no"));
  EXPECT_THAT(problem(), HasSubstr("cannot be turned off: such datagrams are always dropped"));
  EXPECT_TRUE(give("no-dtls", "false"));
  EXPECT_THAT(problem(), HasSubstr("DTLS is not there yet"));
}

TEST_F(AssignTest, ProblemsNeverShowSecrets) {
  EXPECT_FALSE(give("static-auth-secret", std::string(5000, 'S')));
  EXPECT_THAT(problem(), Not(HasSubstr("SSSS")));
  EXPECT_FALSE(give("use-auth-secret", "Sesame"));
  EXPECT_THAT(problem(), Not(HasSubstr("Sesame")));
  EXPECT_FALSE(give("max-bps", "tatic-auth-secret=Sesame"));
  EXPECT_THAT(problem(), Not(HasSubstr("Sesame")));
}

TEST(PrintableLine, HidesSecrets) {
  EXPECT_EQ(printable_line(*find_option("realm"), "example.org"), "realm=example.org");
  EXPECT_EQ(printable_line(*find_option("lt-cred-mech"), ""), "lt-cred-mech");
  EXPECT_EQ(printable_line(*find_option("static-auth-secret"), "hush!"),
            "static-auth-secret=(secret, 5 characters)");
  EXPECT_EQ(printable_line(*find_option("user"), "alice:pa:ss"),
            "user=alice:(secret, 5 characters)");
  EXPECT_EQ(printable_line(*find_option("user"), "hush!"), "user=(secret, 5 characters)");
  EXPECT_EQ(printable_line(*find_option("sql-userdb"), "password=x"),
            "sql-userdb=(secret, 10 characters)");
  EXPECT_EQ(printable_value(*find_option("realm"), "a\nb"), "a\\x0ab");
}

}  // namespace
}  // namespace turnpike::conf
