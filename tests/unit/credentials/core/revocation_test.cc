#include "credentials/core/revocation.h"

#include <gtest/gtest.h>

namespace turnpike::credentials {
namespace {

Revocation rule(RevocationKind kind, std::string value, std::int64_t until_s = 1000) {
  return {.kind = kind, .value = std::move(value), .until_s = until_s, .at_s = 1, .reason = ""};
}

struct Case {
  RevocationKind kind;
  const char* value;
  const char* username;
  bool refused;
};

constexpr Case kCases[] = {
    {RevocationKind::kCredential, "900:alice", "900:alice", true},
    {RevocationKind::kCredential, "900:alice", "901:alice", false},
    {RevocationKind::kCredential, "alice", "900:alice", false},
    {RevocationKind::kUser, "alice", "900:alice", true},
    {RevocationKind::kUser, "alice", "alice:900", true},
    {RevocationKind::kUser, "alice", "alice", true},
    {RevocationKind::kUser, "alice", "900:s1:alice", false},
    {RevocationKind::kUser, "@me:host", "900:@me:host", true},
    {RevocationKind::kSession, "s1", "900:s1:alice", true},
    {RevocationKind::kSession, "s1", "900:s1", true},
    {RevocationKind::kSession, "s1", "900:s11:alice", false},
    {RevocationKind::kPrefix, "s1", "900:s11:alice", true},
    {RevocationKind::kPrefix, "s1", "900:as1", false},
    {RevocationKind::kPrefix, "900", "900:alice", false},
};

TEST(Revocation, CoversWhatItsKindSays) {
  for (const Case& c : kCases) {
    const Revocation one = rule(c.kind, c.value);
    EXPECT_EQ(covers(one, c.username, ':'), c.refused) << c.value << " " << c.username;
    RevocationSet set;
    EXPECT_EQ(set.add(one), RevocationSet::Added::kNew);
    EXPECT_EQ(set.refuses(c.username, 1), c.refused) << c.value << " " << c.username;
  }
}

TEST(Revocation, KindsHaveNames) {
  for (const auto kind : {RevocationKind::kCredential, RevocationKind::kUser,
                          RevocationKind::kSession, RevocationKind::kPrefix}) {
    EXPECT_EQ(parse_revocation_kind(revocation_kind_name(kind)), kind);
  }
  EXPECT_EQ(parse_revocation_kind("planet"), std::nullopt);
}

TEST(RevocationSet, HoldsUpToItsLastSecond) {
  RevocationSet set;
  set.add(rule(RevocationKind::kUser, "alice", 100));
  EXPECT_TRUE(set.refuses("999:alice", 100));
  EXPECT_FALSE(set.refuses("999:alice", 101));
  EXPECT_EQ(set.expire(100), 0U);
  EXPECT_EQ(set.expire(101), 1U);
  EXPECT_EQ(set.size(), 0U);
}

TEST(RevocationSet, OfTwoRulesTheLongerOneStays) {
  RevocationSet set;
  EXPECT_EQ(set.add(rule(RevocationKind::kUser, "alice", 100)), RevocationSet::Added::kNew);
  EXPECT_EQ(set.add(rule(RevocationKind::kUser, "alice", 50)), RevocationSet::Added::kKnown);
  EXPECT_EQ(set.add(rule(RevocationKind::kUser, "alice", 200)), RevocationSet::Added::kNew);
  EXPECT_EQ(set.size(), 1U);
  EXPECT_EQ(set.find("1:alice", 0)->until_s, 200);
}

TEST(RevocationSet, RulesCanBeTakenBack) {
  RevocationSet set;
  set.add(rule(RevocationKind::kPrefix, "a"));
  EXPECT_FALSE(set.remove(RevocationKind::kUser, "a"));
  EXPECT_TRUE(set.remove(RevocationKind::kPrefix, "a"));
  EXPECT_FALSE(set.refuses("1:alice", 0));
}

TEST(RevocationSet, RefusesRulesThatCouldNotWork) {
  RevocationSet set;
  EXPECT_EQ(set.add(rule(RevocationKind::kPrefix, "")), RevocationSet::Added::kBadValue);
  EXPECT_EQ(set.add(rule(RevocationKind::kUser, std::string(513, 'a'))),
            RevocationSet::Added::kBadValue);
  for (std::size_t i = 0; i < RevocationSet::kMaxPrefixes; ++i) {
    ASSERT_EQ(set.add(rule(RevocationKind::kPrefix, "p" + std::to_string(i))),
              RevocationSet::Added::kNew);
  }
  EXPECT_EQ(set.add(rule(RevocationKind::kPrefix, "one more")), RevocationSet::Added::kFull);
  EXPECT_EQ(set.add(rule(RevocationKind::kUser, "one more")), RevocationSet::Added::kNew);
}

TEST(RevocationSet, ListsItsRulesInOrder) {
  RevocationSet set;
  set.add(rule(RevocationKind::kUser, "b"));
  set.add(rule(RevocationKind::kUser, "a"));
  set.add(rule(RevocationKind::kCredential, "c"));
  const auto rules = set.rules();
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0].value, "c");
  EXPECT_EQ(rules[1].value, "a");
  EXPECT_EQ(rules[2].value, "b");
}

}  // namespace
}  // namespace turnpike::credentials
