#include "conf/load_turnserver.h"

#include <gtest/gtest.h>

#include "tests/unit/conf/coturn_names.h"
#include "tests/unit/conf/loading.h"

namespace turnpike::conf {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Load, TheCommandLineWinsOverScalarsAndAddsToLists) {
  const LoadOutcome o =
      run({"-c", "/etc/turnserver.conf", "-p", "80", "-L", "192.0.2.3", "--no-udp=no"},
          "listening-port=3479\nno-udp\nlistening-ip=192.0.2.1\nlistening-ip=192.0.2.2\ntls-"
          "listening-port=443");
  EXPECT_EQ(o.config.listening_port, 80);
  EXPECT_EQ(o.config.tls_listening_port, 443);
  EXPECT_FALSE(o.config.no_udp);
  EXPECT_THAT(o.config.listening_ip, ElementsAre("192.0.2.1", "192.0.2.2", "192.0.2.3"));
  EXPECT_EQ(o.config.origin(Option::listening_ip, 1).to_string(), "/etc/turnserver.conf:4");
  EXPECT_EQ(o.config.origin(Option::listening_ip, 2).to_string(), "command line");
  EXPECT_EQ(o.config.origin(Option::listening_port).to_string(), "command line");
  EXPECT_EQ(o.config_file, "/etc/turnserver.conf");
  EXPECT_EQ(said(o), "");
}

TEST(Load, NIsForNoFile) {
  const LoadOutcome o = run({"-n", "-u", "a:b"}, "listening-port=80");
  EXPECT_EQ(o.config.listening_port, 3478);
  EXPECT_EQ(o.config_file, "");
  EXPECT_TRUE(o.ok());
  EXPECT_EQ(said(o), "");
}

TEST(Load, LooksWhereCoturnLooks) {
  MemoryReader files;
  const char* args[] = {"/opt/bin/turnserver", "-ua:b"};
  const LoadOutcome missing = load_turnserver_config(args, files, {});
  EXPECT_TRUE(missing.ok());
  EXPECT_THAT(said(missing), HasSubstr("warning: no turnserver.conf was found"));
  EXPECT_EQ(files.asked.front(), "./turnserver.conf");
  EXPECT_THAT(files.asked, Contains("/opt/bin/../etc/turnserver.conf"));
  EXPECT_EQ(files.asked.back(), "/usr/local/etc/coturn/turnserver.conf");

  files.files["/opt/bin/../etc/turnserver.conf"] = "realm=near\n";
  files.files["/etc/turnserver.conf"] = "realm=far\n";
  const LoadOutcome found = load_turnserver_config(args, files, {});
  EXPECT_EQ(found.config.realm, "near");
  EXPECT_EQ(found.config_file, "/opt/bin/../etc/turnserver.conf");
}

// Changed from Coturn, which goes on with defaults and so without the rules in the file.
TEST(Load, ANamedFileMustBeThere) {
  const LoadOutcome o = run({"-c", "/etc/other.conf", "-u", "a:b"});
  EXPECT_FALSE(o.ok());
  EXPECT_THAT(said(o),
              HasSubstr("command line: error: config file '/etc/other.conf' was not found"));
}

TEST(Load, AnUnreadableFileIsAnError) {
  MemoryReader files;
  files.broken["/etc/turnserver.conf"] = ReadError::kUnreadable;
  const char* args[] = {"turnserver", "-u", "a:b"};
  EXPECT_THAT(said(load_turnserver_config(args, files, {})),
              HasSubstr("error: config file /etc/turnserver.conf cannot be read"));
  files.broken["/etc/turnserver.conf"] = ReadError::kTooLarge;
  EXPECT_FALSE(load_turnserver_config(args, files, {}).ok());
}

TEST(CandidatePaths, TreatsNamesAsCoturn) {
  EXPECT_THAT(candidate_paths("/a/b.pem", "/opt/bin/"), ElementsAre("/a/b.pem"));
  EXPECT_THAT(candidate_paths("~/b.pem", "/opt/bin"), ElementsAre("~/b.pem"));
  EXPECT_TRUE(candidate_paths("", "/opt").empty());
  EXPECT_EQ(candidate_paths("b.pem", "").size(), 15U);
  EXPECT_THAT(candidate_paths("b.pem", "/opt/bin"), Contains("/opt/bin/./etc/b.pem"));
  EXPECT_THAT(
      candidate_paths("etc/b.pem", ""),
      AllOf(Contains("./etc/b.pem"), Contains("/etc/etc/b.pem"), Contains("/usr/local/etc/b.pem")));
}

TEST(Load, UnknownIsFatalOnlyOnTheCommandLine) {
  EXPECT_FALSE(run({"-c", "/etc/turnserver.conf", "--bananas"}).ok());
  EXPECT_TRUE(run({"-c", "/etc/turnserver.conf"}, "bananas\n").ok());
}

TEST(Load, TellsWhatWasAskedFor) {
  EXPECT_TRUE(run({"-h"}).config.help);
  EXPECT_TRUE(run({"--help"}).config.help);
  EXPECT_TRUE(run({"--version"}).config.version);
  EXPECT_TRUE(run({"--check-config"}).config.check_config);
  EXPECT_TRUE(run({"--dump-config"}).config.dump_config);
}

/// A value that the option takes, and that is not its default where a default exists.
std::string some_value(const OptionRow& row) {
  if (row.is_flag()) return "";
  if (row.has(kRuleChoice)) return std::string(row.value.substr(0, row.value.find('|')));
  switch (row.kind) {
    case OptionKind::kPort:
    case OptionKind::kUint:
    case OptionKind::kSeconds:
      return std::to_string(row.max);
    case OptionKind::kFlag:
    case OptionKind::kText:
    case OptionKind::kSecretText:
    case OptionKind::kTextList:
    case OptionKind::kSecretList:
    case OptionKind::kIgnoredFlag:
    case OptionKind::kIgnoredText:
      return "/1";
  }
  return "";
}

// Configs of every Coturn version load: no key is unknown and no value is misunderstood.
TEST(Load, AcceptsEveryKeyOfCoturnInTheFile) {
  for (const char* name : kCoturnNames) {
    const OptionRow& row = *find_option(name);
    if (row.has(kRuleCommandLineOnly)) continue;
    const LoadOutcome o = load(std::string(name) + "=" + some_value(row));
    EXPECT_THAT(said(o), AllOf(Not(HasSubstr("is not an option")), Not(HasSubstr("write a "))))
        << name;
    const Option stored = resolve_alias(row).id;
    if (row.status != Status::kNoop) {
      EXPECT_EQ(o.config.origin(stored).to_string(), "/etc/turnserver.conf:1") << name;
    }
  }
}

TEST(Load, AcceptsEveryNameOfCoturnOnTheCommandLine) {
  for (const char* name : kCoturnNames) {
    const OptionRow& row = *find_option(name);
    const std::string argument =
        "--" + std::string(name) + (row.is_flag() ? "" : "=" + some_value(row));
    EXPECT_THAT(said(run({"-n", argument.c_str()})), Not(HasSubstr("there is no option"))) << name;
  }
}

constexpr const char* kUnbluConfig = R"(# relay of the co-browsing service
prometheus
no-software-attribute
pidfile="/var/tmp/turnserver.pid"
listening-device=eth0
listening-port=3478
tls-listening-port=443
listening-ip=10.0.0.5
external-ip=203.0.113.7/10.0.0.5
relay-ip=10.0.0.5
min-port=20000
max-port=20200
verbose
use-auth-secret
static-auth-secret=W3dEO1VoSURAJVtCeGdPVHoqYWtOJiMoaUhCYEFRemFsSW0q
realm=unblu.com
cert=/etc/turnserver/fullchain.pem
pkey=/etc/turnserver/privkey.pem
log-file=/var/log/turnserver.log
simple-log
cipher-list="ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:)"
                                     "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                                     "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384\""
                                     R"(
no-tlsv1
no-tlsv1_1
# nobody may reach the inside
denied-peer-ip=10.0.0.0-10.255.255.255
)";

TEST(Load, TheConfigOfACobrowsingServiceLoadsVerbatim) {
  const LoadOutcome o = load_bare(kUnbluConfig);
  EXPECT_EQ(said(o), "");
  const TurnserverConfig& c = o.config;
  EXPECT_TRUE(c.prometheus);
  EXPECT_FALSE(c.software_attribute);
  EXPECT_EQ(c.pidfile, "/var/tmp/turnserver.pid");
  EXPECT_EQ(c.listening_device, "eth0");
  EXPECT_EQ(c.listening_port, 3478);
  EXPECT_EQ(c.tls_listening_port, 443);
  EXPECT_THAT(c.listening_ip, ElementsAre("10.0.0.5"));
  EXPECT_THAT(c.external_ip, ElementsAre("203.0.113.7/10.0.0.5"));
  EXPECT_THAT(c.relay_ip, ElementsAre("10.0.0.5"));
  EXPECT_EQ(c.min_port, 20000);
  EXPECT_EQ(c.max_port, 20200);
  EXPECT_TRUE(c.verbose);
  EXPECT_TRUE(c.use_auth_secret);
  EXPECT_FALSE(c.lt_cred_mech);
  ASSERT_EQ(c.static_auth_secret.size(), 1U);
  EXPECT_EQ(c.static_auth_secret[0].reveal(), "W3dEO1VoSURAJVtCeGdPVHoqYWtOJiMoaUhCYEFRemFsSW0q");
  EXPECT_EQ(c.realm, "unblu.com");
  EXPECT_EQ(c.cert, "/etc/turnserver/fullchain.pem");
  EXPECT_EQ(c.pkey, "/etc/turnserver/privkey.pem");
  EXPECT_EQ(c.log_file, "/var/log/turnserver.log");
  EXPECT_TRUE(c.simple_log);
  EXPECT_EQ(c.cipher_list.substr(0, 29), "ECDHE-ECDSA-AES128-GCM-SHA256");
  EXPECT_THAT(c.cipher_list, HasSubstr("DHE-RSA-AES256-GCM-SHA384"));
  EXPECT_FALSE(c.no_tlsv1_2);
  EXPECT_THAT(c.denied_peer_ip, ElementsAre("10.0.0.0-10.255.255.255"));
  EXPECT_EQ(c.origin(Option::denied_peer_ip).to_string(), "/etc/turnserver.conf:25");
  EXPECT_THAT(everything_shown(o), Not(HasSubstr("W3dEO1")));
}

// Whatever a line with a secret looks like, no report shows the secret.
TEST(Load, NoReportShowsASecret) {
  const char* const keys[] = {"user",
                              "user=alice",
                              "static-auth-secret",
                              "static_auth_secret",
                              "pkey-pwd",
                              "cli-password",
                              "redis-userdb",
                              "psql-userdb",
                              "sql-userdb",
                              "mongo-userdb",
                              "mysql-userdb",
                              "redis-statsdb",
                              "stateless-nonce-secret",
                              "Static-auth-secret",
                              "static-auth-secert",
                              "use-auth-secret",
                              "-u",
                              "--user",
                              "secret",
                              "user:alice"};
  const char* const separators[] = {"=", " ", ":", ": ", " = ", "= '", "=\"", "\t", "=#", " # "};
  const char* const endings[] = {"", ";", " # new", "'", "\"", "'; # x", "\x01", "\"x", " ;", "\r"};
  for (const char* key : keys) {
    for (const char* separator : separators) {
      for (const char* ending : endings) {
        const std::string line = std::string(key) + separator + "Sesame1234" + ending;
        EXPECT_EQ(everything_shown(load_bare(line)).find("Sesame"), std::string::npos) << line;
      }
    }
  }
}

TEST(Load, NoReportShowsASecretOfTheCommandLine) {
  for (const char* argument :
       {"--static-auth-secret=Sesame1234", "--static-auth-secert=Sesame1234",
        "-static-auth-secret=Sesame1234", "-static-auth-secert=Sesame1234", "-uSesame1234",
        "-u=alice:Sesame1234", "--user=alice:Sesame1234", "--use-auth-secret=Sesame1234",
        "Sesame1234", "--lt-cred-mech=Sesame1234", "-NSesame1234", "--static=Sesame1234",
        "--s=Sesame1234"}) {
    EXPECT_THAT(everything_shown(run({"-n", argument})), Not(HasSubstr("Sesame"))) << argument;
  }
}

}  // namespace
}  // namespace turnpike::conf
