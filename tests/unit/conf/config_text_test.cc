#include "conf/config_text.h"

#include <gtest/gtest.h>

#include "tests/unit/conf/loading.h"

namespace turnpike::conf {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct Applied {
  TurnserverConfig config;
  Diagnostics diagnostics;
  std::string said() const { return render_diagnostics(diagnostics); }
};

Applied apply(const std::string& text) {
  Applied result;
  apply_config_text(text, "t.conf", result.config, result.diagnostics);
  return result;
}

TEST(ConfigText, CountsLinesWhateverEndsThem) {
  const Applied a =
      apply("\xef\xbb\xbfrealm=a\r\n\r\n# comment\r\n  listening-port = 80\r\nmin-port=x");
  EXPECT_EQ(a.config.realm, "a");
  EXPECT_EQ(a.config.listening_port, 80);
  EXPECT_EQ(a.config.origin(Option::listening_port).to_string(), "t.conf:4");
  EXPECT_EQ(a.said(),
            "t.conf:5: error: min-port: 'x' is not a port; write a port from 1 to 65535\n");
}

TEST(ConfigText, CollectsEveryMistake) {
  const Applied a =
      apply("min-port=x\nmax-port=y\nrealm=\nlt-cred-mech=maybe\nrelay-ip=192.0.2.1\n");
  EXPECT_EQ(a.diagnostics.count(Severity::kError), 4U);
  EXPECT_THAT(a.config.relay_ip, ElementsAre("192.0.2.1"));
}

// Kept from Coturn: an unknown key is a warning; changed: it comes once, with its place and the
// likely name.
TEST(ConfigText, NamesUnknownKeys) {
  EXPECT_EQ(
      apply("listening_ip=192.0.2.1").said(),
      "t.conf:1: warning: 'listening_ip' is not an option and the line is ignored; did you mean "
      "listening-ip?\n");
  EXPECT_THAT(apply("Realm=x").said(), HasSubstr("did you mean realm?"));
  EXPECT_THAT(apply("--lt-cred-mech").said(), HasSubstr("did you mean lt-cred-mech?"));
  EXPECT_THAT(apply("-v").said(), HasSubstr("did you mean verbose?"));
  EXPECT_EQ(apply("bananas=1").said(),
            "t.conf:1: warning: 'bananas' is not an option; the line is ignored\n");
  EXPECT_FALSE(apply("bananas=1\n=x\n==\n\"\n").diagnostics.has_errors());
}

// The file wants whole names, as in Coturn.
TEST(ConfigText, TakesNoAbbreviations) {
  const Applied a = apply("listening-por=80\n");
  EXPECT_EQ(a.config.listening_port, 3478);
  EXPECT_THAT(a.said(), HasSubstr("did you mean listening-port?"));
}

TEST(ConfigText, CommandLineOptionsAreNotForFiles) {
  for (const char* line : {"version", "help", "check-config", "config=/x", "no-config"}) {
    const Applied a = apply(line);
    EXPECT_THAT(a.said(), HasSubstr("works on the command line only")) << line;
    EXPECT_FALSE(a.config.version || a.config.help || a.config.check_config || a.config.no_config);
  }
}

struct SlipCase {
  const char* line;
  const char* advice;
};

// The four mistakes where they decide who gets in: the start is stopped and the right line is
// printed.
TEST(ConfigText, SlipsInSecurityLinesAreErrors) {
  const SlipCase cases[] = {
      {"realm=foo.org # ours", "write: realm=foo.org"},
      {"realm=foo.org;", "write: realm=foo.org (or put the value in double quotes to keep it)\n"},
      {"realm='foo.org'", "write: realm=foo.org"},
      {"realm: foo.org", "write: realm=foo.org"},
      {"lt-cred-mech;", "write: lt-cred-mech\n"},
      {"lt-cred-mech # accounts", "write: lt-cred-mech\n"},
      {"use-auth-secret: yes", "write: use-auth-secret=yes\n"},
      {"denied-peer-ip=10.0.0.0-10.255.255.255 # lan",
       "write: denied-peer-ip=10.0.0.0-10.255.255.255"},
      {"denied-peer-ip:10.0.0.0-10.255.255.255", "write: denied-peer-ip=10.0.0.0-10.255.255.255"},
      {"allowed-peer-ip=10.0.0.1;", "write: allowed-peer-ip=10.0.0.1"},
      {"static-auth-secret='hush'", "write: static-auth-secret=(secret, 4 characters)"},
      {"static-auth-secret=hush # new", "write: static-auth-secret=(secret, 4 characters)"},
      {"user=alice:hush;", "write: user=alice:(secret, 4 characters)"},
      {"cert='/etc/ssl/a.pem'", "write: cert=/etc/ssl/a.pem"},
      {"no-multicast-peers;", "write: no-multicast-peers\n"},
      {"listening-port=3478 # default", "write: listening-port=3478\n"},
  };
  for (const SlipCase& c : cases) {
    const Applied a = apply(c.line);
    EXPECT_THAT(a.said(), AllOf(HasSubstr("t.conf:1: error: "), HasSubstr(c.advice))) << c.line;
    EXPECT_EQ(a.diagnostics.all().size(), 1U) << a.said();
    EXPECT_THAT(a.said(), Not(HasSubstr("hush")));
    EXPECT_TRUE(a.config.realm.empty());
    EXPECT_TRUE(a.config.denied_peer_ip.empty() && a.config.static_auth_secret.empty());
  }
}

// Elsewhere they warn, and the value is used as Coturn uses it.
TEST(ConfigText, SlipsElsewhereAreWarnings) {
  const Applied a =
      apply("log-file=/tmp/t.log # today\npidfile='/run/t.pid'\nfingerprint;\nsyslog: yes\n");
  EXPECT_FALSE(a.diagnostics.has_errors());
  EXPECT_EQ(a.diagnostics.count(Severity::kWarning), 4U);
  EXPECT_EQ(a.config.log_file, "/tmp/t.log # today");
  EXPECT_EQ(a.config.pidfile, "'/run/t.pid'");
  EXPECT_FALSE(a.config.fingerprint);
  EXPECT_FALSE(a.config.syslog);
}

TEST(ConfigText, ASlipThatMakesTheValueWrongIsOneError) {
  const Applied a = apply("fingerprint # always\n");
  EXPECT_EQ(a.diagnostics.all().size(), 1U);
  EXPECT_THAT(a.said(), AllOf(HasSubstr("error"),
                              HasSubstr("a comment is possible at the start of a line only")));
}

TEST(ConfigText, DoubleQuotesKeepWhatLooksLikeASlip) {
  const Applied a =
      apply("static-auth-secret=\"a # b;\"\nstatic-auth-secret=c#d\nrealm=\"foo bar\"\n");
  EXPECT_EQ(a.said(), "");
  ASSERT_EQ(a.config.static_auth_secret.size(), 2U);
  EXPECT_EQ(a.config.static_auth_secret[0].reveal(), "a # b;");
  EXPECT_EQ(a.config.static_auth_secret[1].reveal(), "c#d");
  EXPECT_EQ(a.config.realm, "foo bar");
}

TEST(ConfigText, RefusesLinesThatAreNotText) {
  using namespace std::string_literals;
  EXPECT_THAT(apply("realm=a\0b"s).said(),
              HasSubstr("t.conf:1: error: the line contains a control character"));
  EXPECT_THAT(apply("#ok\nrealm=" + std::string(70000, 'x')).said(),
              HasSubstr("t.conf:2: error: the line has 70006"));
}

TEST(ConfigText, LongLinesAreWhole) {
  const std::string long_secret(3000, 'x');
  const Applied a = apply("static-auth-secret=" + long_secret + "\n");
  EXPECT_EQ(a.config.static_auth_secret.at(0).reveal(), long_secret);
  EXPECT_EQ(a.said(), "");
}

TEST(ConfigText, UnknownKeysHideWhatMayBeASecret) {
  for (const char* line :
       {"static_auth_secret=Sesame1234", "static_auth_secret:Sesame1234",
        "--static-auth-secret=Sesame1234", "Static-Auth-Secret: Sesame1234", "usr:alice:Sesame1234",
        "static-auth-secret\"Sesame1234\"", "static-auth-secre Sesame1234", "user:alice:Sesame1234",
        "static-auth-secret:Sesame1234", "static-auth-secret 'Sesame1234' # x;", "user=Sesame1234;",
        "redis-userdb: \"password=Sesame1234\"", "static-auth-secret=Sesame1234\x01",
        "\x01Sesame1234"}) {
    EXPECT_THAT(apply(line).said(), AllOf(Not(HasSubstr("Sesame")), HasSubstr("t.conf:1"))) << line;
  }
}

}  // namespace
}  // namespace turnpike::conf
