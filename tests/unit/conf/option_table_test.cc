#include "conf/option_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/unit/conf/coturn_names.h"

namespace turnpike::conf {
namespace {

TEST(OptionTable, IsIndexedByOption) {
  ASSERT_EQ(option_table().size(), kOptionCount);
  for (std::size_t i = 0; i < kOptionCount; ++i) {
    EXPECT_EQ(option_table()[i].id, static_cast<Option>(i));
  }
  EXPECT_EQ(row_of(Option::very_verbose).name, "Verbose");
  EXPECT_EQ(row_of(Option::verbose).name, "verbose");
}

TEST(OptionTable, HasEachNameOnce) {
  std::set<std::string_view> names;
  std::set<char> short_names;
  for (const OptionRow& row : option_table()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    if (row.short_name != 0) {
      EXPECT_TRUE(short_names.insert(row.short_name).second) << row.short_name;
    }
  }
}

TEST(OptionTable, HasEveryNameOfCoturn) {
  for (const char* name : kCoturnNames) EXPECT_NE(find_option(name), nullptr) << name;
}

TEST(OptionTable, HasEveryShortNameOfCoturn) {
  for (const char c : std::string_view("cdpLEXimlrubBeMJNOqQsCKAvVofhznaS")) {
    EXPECT_NE(find_short_option(c), nullptr) << c;
  }
  EXPECT_EQ(find_short_option(0), nullptr);
  EXPECT_EQ(find_short_option('x'), nullptr);
}

TEST(OptionTable, NamesNothingElseThanCoturnAndOurs) {
  const std::set<std::string_view> coturn(std::begin(kCoturnNames), std::end(kCoturnNames));
  const std::set<std::string_view> of_short_options = {"config", "no-config"};
  for (const OptionRow& row : option_table()) {
    const bool theirs = coturn.contains(row.name) || of_short_options.contains(row.name);
    EXPECT_EQ(theirs, row.priority != Priority::kOwn) << row.name;
  }
}

TEST(OptionTable, RowsAreComplete) {
  for (const OptionRow& row : option_table()) {
    EXPECT_FALSE(row.help.empty()) << row.name;
    EXPECT_EQ(row.help.back(), '.') << row.name;
    EXPECT_EQ(row.is_flag(), row.value.empty()) << row.name;
    EXPECT_LE(row.min, row.max) << row.name;
    if (row.status != Status::kImplemented) {
      EXPECT_FALSE(row.note.empty()) << row.name;
    }
    if (!row.note.empty()) {
      EXPECT_NE(row.note.back(), '.') << row.name;
    }
  }
}

// A row whose status keeps no value has no field to read by mistake, and the other way round.
TEST(OptionTable, KindsFitStatuses) {
  for (const OptionRow& row : option_table()) {
    const bool ignored =
        row.kind == OptionKind::kIgnoredFlag || row.kind == OptionKind::kIgnoredText;
    const bool keeps_nothing = row.status == Status::kNoop || row.status == Status::kDeclined ||
                               row.status == Status::kRemoved || row.status == Status::kAlias ||
                               row.status == Status::kInverseAlias;
    EXPECT_EQ(ignored, keeps_nothing) << row.name;
  }
}

TEST(OptionTable, AliasesPointAtOptions) {
  EXPECT_EQ(resolve_alias(*find_option("db")).name, "userdb");
  EXPECT_EQ(resolve_alias(*find_option("sql-userdb")).name, "psql-userdb");
  EXPECT_EQ(resolve_alias(*find_option("no-software-attribute")).name, "software-attribute");
  EXPECT_EQ(resolve_alias(*find_option("realm")).name, "realm");
}

TEST(OptionTable, SecretsAreSecret) {
  for (const char* name :
       {"user", "static-auth-secret", "stateless-nonce-secret", "pkey-pwd", "cli-password",
        "psql-userdb", "mysql-userdb", "mongo-userdb", "redis-userdb", "redis-statsdb"}) {
    EXPECT_TRUE(find_option(name)->is_secret()) << name;
  }
}

// What decides who gets in and how far is strict about slips of the pen.
TEST(OptionTable, SecurityIsStrict) {
  for (const char* name :
       {"lt-cred-mech", "use-auth-secret", "static-auth-secret", "user", "realm", "denied-peer-ip",
        "allowed-peer-ip", "no-multicast-peers", "peer-policy", "cert", "pkey", "CA-file",
        "no-auth", "secure-stun", "stun-only", "user-quota", "proc-user"}) {
    EXPECT_TRUE(find_option(name)->has(kRuleStrict)) << name;
  }
}

TEST(NearestOption, FindsWhatWasMeant) {
  const std::pair<const char*, const char*> cases[] = {
      {"listening_ip", "listening-ip"},
      {"relay_ip", "relay-ip"},
      {"Realm", "realm"},
      {"denied-peer-ips", "denied-peer-ip"},
      {"denied_peer_ip", "denied-peer-ip"},
      {"lt-cred-mec", "lt-cred-mech"},
      {"use-auth-secrets", "use-auth-secret"},
      {"static-auth-secert", "static-auth-secret"},
      {"extrenal-ip", "external-ip"},
      {"ca-file", "CA-file"},
      {"min_port", "min-port"},
      {"pid-file", "pidfile"},
  };
  for (const auto& [typed, meant] : cases) {
    const OptionRow* row = nearest_option(typed);
    ASSERT_NE(row, nullptr) << typed;
    EXPECT_EQ(row->name, meant) << typed;
  }
}

TEST(NearestOption, DoesNotGuessWildly) {
  EXPECT_EQ(nearest_option(""), nullptr);
  EXPECT_EQ(nearest_option("bananas"), nullptr);
  EXPECT_EQ(nearest_option("ZmFrZSBzZWNyZXQgZm9yIHRlc3Rz"), nullptr);
  EXPECT_EQ(nearest_option(std::string(100000, 'a')), nullptr);
}

TEST(OptionTable, WordsExistForEverything) {
  for (const OptionRow& row : option_table()) {
    EXPECT_FALSE(section_title(row.section).empty());
    EXPECT_FALSE(status_word(row.status).empty());
  }
}

}  // namespace
}  // namespace turnpike::conf
