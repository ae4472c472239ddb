#include "conf/check_turnserver.h"

#include <gtest/gtest.h>

#include "tests/unit/conf/loading.h"

namespace turnpike::conf {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

void expect_error(const LoadOutcome& outcome, const std::string& text) {
  EXPECT_FALSE(outcome.ok());
  EXPECT_THAT(said(outcome), AllOf(HasSubstr(": error: "), HasSubstr(text)));
}

// Coturn would be an open relay.
TEST(Check, NoCredentialsIsAnError) {
  const LoadOutcome o = load_bare("realm=x\n");
  expect_error(o, "'use-auth-secret' and 'static-auth-secret=<secret>'");
  EXPECT_THAT(said(o), HasSubstr("no-auth for an open relay"));
  EXPECT_TRUE(load_bare("realm=x\nno-auth\n").ok());
  EXPECT_TRUE(load_bare("stun-only\n").ok());
  EXPECT_FALSE(load_bare("stun-only\nsecure-stun\n").ok());
  EXPECT_FALSE(load_bare("no-auth=false\n").ok());
}

TEST(Check, AMechanismNeedsCredentials) {
  expect_error(load_bare("lt-cred-mech\n"),
               "there is no account; add the line 'user=<name>:<password>'");
  expect_error(load_bare("use-auth-secret\n"),
               "there is no secret; add the line 'static-auth-secret=<secret>'");
  EXPECT_TRUE(load_bare("lt-cred-mech\nrealm=x\nuserdb=/var/lib/turn/turndb\n").ok());
  EXPECT_TRUE(load_bare("lt-cred-mech\nuse-auth-secret\nstatic-auth-secret=x\nrealm=x\n").ok());
  EXPECT_TRUE(load_bare("lt-cred-mech\nuse-auth-secret\nuser=a:b\nrealm=x\n").ok());
}

// Allowed here, while Coturn lets the secret win and ignores the accounts.
TEST(Check, BothMechanismsMayBeOn) {
  const LoadOutcome o =
      load_bare("lt-cred-mech\nuse-auth-secret\nuser=a:b\nstatic-auth-secret=x\nrealm=x\n");
  EXPECT_EQ(said(o), "");
  EXPECT_TRUE(o.config.lt_cred_mech && o.config.use_auth_secret);
}

TEST(Check, NoAuthContradictsCredentials) {
  expect_error(load_bare("lt-cred-mech\nno-auth\nuser=a:b\n"),
               "no-auth: contradicts lt-cred-mech (/etc/turnserver.conf:1)");
  expect_error(load_bare("no-auth\nstatic-auth-secret=x\n"),
               "no-auth: contradicts use-auth-secret");
  expect_error(load_bare("no-auth\nuser=a:b\n"), "contradicts lt-cred-mech (implied by user)");
}

TEST(Check, UsersHaveNameAndPassword) {
  expect_error(load_bare("user=Sesame\n"),
               "/etc/turnserver.conf:1: error: user: has no name before a ':'");
  expect_error(load_bare("user=:Sesame\n"), "has no name");
  expect_error(load_bare("user=a:b\nuser=alice:\n"),
               "/etc/turnserver.conf:2: error: user: 'alice' has no password");
  expect_error(load_bare("user=" + std::string(509, 'a') + ":x\n"), "a name of 509 bytes");
  EXPECT_THAT(said(load_bare("user=Sesame\nuser=:Sesame\n")), Not(HasSubstr("Sesame")));
}

// Coturn starts and refuses every allocation.
TEST(Check, PortRangeIsInOrder) {
  expect_error(load("min-port=20200\nmax-port=20000"), "min-port: 20200 is above max-port 20000");
  expect_error(load("max-port=20000"), "min-port: 49152 is above max-port 20000");
  EXPECT_TRUE(load("min-port=20000\nmax-port=20000").ok());
}

TEST(Check, CapacityNeedsAShare) {
  expect_error(load("bps-capacity=1000"), "bps-capacity: needs max-bps");
  expect_error(load("bps-capacity=1000\nmax-bps=1001"), "so no session could start");
  EXPECT_TRUE(load("bps-capacity=1000\nmax-bps=1000").ok());
  EXPECT_TRUE(load("bps-capacity=0").ok());
}

TEST(Check, SomethingMustBeServed) {
  expect_error(load("no-udp-relay\nno-tcp-relay"), "nothing can be relayed");
  expect_error(load("stun-only\nno-stun"), "nothing is served");
  const LoadOutcome udp = load("no-udp-relay");
  EXPECT_TRUE(udp.ok());
  EXPECT_THAT(said(udp), HasSubstr("TCP relaying is not there yet"));
  EXPECT_EQ(said(load("no-tcp-relay")), "");
}

TEST(Check, CertificateAndKeyComeTogether) {
  expect_error(load("cert=/c.pem"), "cert: TLS needs pkey too");
  expect_error(load("pkey=/k.pem"), "pkey: TLS needs cert too");
  EXPECT_TRUE(load("cert=/c.pem\nno-tls").ok());
  EXPECT_TRUE(load("cert=/c.pem\npkey=/k.pem").ok());
}

TEST(Check, MetricsPathStartsWithASlash) {
  expect_error(load("prometheus-path=metrics"), "write /metrics");
}

TEST(Check, WhatIsNotThereWarnsAtEveryStart) {
  const LoadOutcome o =
      load("mobility\ncli\ncli-password=Sesame\nalternate-server=192.0.2.1\nrfc5780\ndtls\n");
  EXPECT_TRUE(o.ok());
  EXPECT_THAT(
      said(o),
      AllOf(HasSubstr(
                "/etc/turnserver.conf:1: warning: mobility: has no effect yet; missing: mobility;"),
            HasSubstr("cli-password: has no effect yet"), HasSubstr("rfc5780: has no effect yet"),
            HasSubstr("dtls: has no effect yet"), Not(HasSubstr("Sesame"))));
  EXPECT_EQ(o.diagnostics.count(Severity::kWarning), 6U);
}

TEST(Check, WhatIsNotAskedForDoesNotWarn) {
  EXPECT_EQ(
      said(load("mobility=no\ncli=0\ncli-port=5766\nalt-listening-port=0\nprometheus-tls=off\n")),
      "");
}

// Coturn would be an open relay without lt-cred-mech.
TEST(Check, ADatabaseOfUsersImpliesThatTheyLogIn) {
  for (const char* line :
       {"redis-userdb=password=Sesame", "psql-userdb=password=Sesame", "sql-userdb=x", "userdb=x",
        "mysql-userdb=password=Sesame", "mongo-userdb=mongodb://a:Sesame@b"}) {
    const LoadOutcome o = load_bare(std::string("realm=x\n") + line + "\n");
    EXPECT_TRUE(o.ok()) << said(o);
    EXPECT_TRUE(o.config.lt_cred_mech) << line;
  }
  EXPECT_FALSE(load_bare("realm=x\nuse-auth-secret\nuserdb=x\n").config.lt_cred_mech);
}

TEST(Check, WhatMustNotBeIgnoredStopsTheStart) {
  for (const char* line : {"tcp-proxy-port=5555", "prometheus-tls"}) {
    expect_error(load(line), "cannot be honoured yet and must not be ignored");
  }
  EXPECT_TRUE(load("prometheus-tls=no").ok());
  EXPECT_TRUE(load("tcp-proxy-port=0").ok());
}

TEST(Check, WhatIsGoneWarnsOnce) {
  const LoadOutcome o =
      load("secret-ts-exp-time=86400\nsecret-ts-exp-time=86400\nne=1\ntlsv1\ndh566\ntlsv1_1=no\n");
  EXPECT_TRUE(o.ok());
  EXPECT_EQ(o.diagnostics.count(Severity::kWarning), 4U) << said(o);
  EXPECT_THAT(said(o), AllOf(HasSubstr("TLS 1.2 is the minimum"),
                             HasSubstr("so small a group can be broken")));
}

TEST(Check, WhatIsAlwaysSoIsSilent) {
  EXPECT_EQ(
      said(load(
          "no-tlsv1\nno-tlsv1_1\nno-sslv2\nno-sslv3\nno-loopback-peers\nno-http\nno-rfc5780\nno-"
          "cli\n"
          "response-origin-only-with-rfc5780\nprod\nno-stun-backward-compatibility\nno-"
          "dtls\ndh2066\n"
          "udp-recvmmsg\ndrop-invalid-packets\nstateless-nonce\nno-auth-pings\nno-dynamic-ip-list\n"
          "no-dynamic-realms\nno-software-attribute\n")),
      "");
}

}  // namespace
}  // namespace turnpike::conf
