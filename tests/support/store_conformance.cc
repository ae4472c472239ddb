#include "tests/support/store_conformance.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "credentials/store/records.h"

namespace turnpike::credentials {

void StoreConformance::SetUp() {
  if (const std::string missing = GetParam().missing(); !missing.empty()) {
    GTEST_SKIP() << missing;
  }
  store_ = GetParam().open();
  ASSERT_NE(store_, nullptr);
  const auto prepared = store_->prepare();
  ASSERT_TRUE(prepared) << prepared.error().text;
  for (const TableShape& shape : tables()) {
    const auto gone = store_->erase(shape.id, {});
    ASSERT_TRUE(gone) << shape.name << ": " << gone.error().text;
  }
}

namespace {

constexpr std::string_view kAwkward = "o'rei\"lly\\ %_;-- /x:1@h*[a]?é\xF0\x9F\x98\x80";

/// A row whose texts differ from table to table and from `variant` to `variant`.
Row example(const TableShape& shape, int variant) {
  Row row;
  for (const ColumnShape& column : shape.columns) {
    const int number = 1000 + variant;
    row.push_back(column.kind == ColumnKind::kNumber
                      ? std::to_string(number)
                      : std::string(column.name).substr(0, 8) + std::to_string(variant));
  }
  if (shape.id == Table::kRealmOption) row[1] = variant % 2 == 0 ? "max-bps" : "user-quota";
  if (shape.id == Table::kRealmOption) row[2] = std::to_string(variant + 5);
  if (shape.id == Table::kUser)
    row[2] = "0123456789abcdef0123456789abcde" + std::to_string(variant);
  if (shape.id == Table::kRevocation) row[0] = variant % 2 == 0 ? "user" : "session";
  return row;
}

TEST_P(StoreConformance, KeepsARowOfEveryTable) {
  for (const TableShape& shape : tables()) {
    const Row one = example(shape, 1);
    const Row two = example(shape, 2);
    ASSERT_TRUE(store().put(shape.id, std::vector<Row>{two, one})) << shape.name;
    const auto all = store().select(shape.id, {});
    ASSERT_TRUE(all) << shape.name << ": " << all.error().text;
    std::vector<Row> expected = {one, two};
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(*all, expected) << shape.name;
    const auto some = store().select(shape.id, {{0, one[0]}});
    ASSERT_TRUE(some) << shape.name;
    EXPECT_EQ(*some, std::vector<Row>{one}) << shape.name;
    EXPECT_EQ(store().erase(shape.id, {{0, one[0]}}), 1U) << shape.name;
    EXPECT_EQ(store().select(shape.id, {})->size(), 1U) << shape.name;
  }
}

TEST_P(StoreConformance, AnotherHandleSeesWhatWasWritten) {
  ASSERT_TRUE(store().put(Table::kSecret, to_row(SecretRecord{"r", Secret("s3cret")})));
  const auto other = GetParam().open();
  const auto secrets = list_secrets(*other, "r");
  ASSERT_TRUE(secrets) << secrets.error().text;
  ASSERT_EQ(secrets->size(), 1U);
  EXPECT_EQ(secrets->front().value.reveal(), "s3cret");
}

TEST_P(StoreConformance, ReplacesTheRowWithTheSameKey) {
  const UserRecord before{"r", "bob", Secret("00000000000000000000000000000001")};
  const UserRecord after{"r", "bob", Secret("00000000000000000000000000000002")};
  ASSERT_TRUE(store().put(Table::kUser, to_row(before)));
  ASSERT_TRUE(store().put(Table::kUser, to_row(after)));
  const auto users = list_users(store(), std::nullopt);
  ASSERT_TRUE(users) << users.error().text;
  ASSERT_EQ(users->size(), 1U);
  EXPECT_EQ(users->front().hmackey.reveal(), after.hmackey.reveal());
}

TEST_P(StoreConformance, OneNameInTwoRealmsIsTwoUsers) {
  const std::string key(32, 'a');
  for (const char* realm : {"one", "two"}) {
    ASSERT_TRUE(store().put(Table::kUser, to_row(UserRecord{realm, "bob", Secret(key)})));
  }
  EXPECT_EQ(list_users(store(), "one")->size(), 1U);
  EXPECT_EQ(list_users(store(), std::nullopt)->size(), 2U);
  EXPECT_TRUE(find_user(store(), "two", "bob")->has_value());
  EXPECT_FALSE(find_user(store(), "three", "bob")->has_value());
  EXPECT_FALSE(find_user(store(), "one", "bo")->has_value());
  EXPECT_FALSE(find_user(store(), "one", "bo%")->has_value());
  EXPECT_FALSE(find_user(store(), "one", "b*")->has_value());
}

TEST_P(StoreConformance, TextsAreBytesAndNeverSyntax) {
  const UserRecord user{"realm", std::string(kAwkward), Secret(std::string(32, 'b'))};
  ASSERT_TRUE(store().put(Table::kUser, to_row(user)));
  const auto found = find_user(store(), "realm", kAwkward);
  ASSERT_TRUE(found) << found.error().text;
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->name, kAwkward);
  ASSERT_TRUE(
      store().put(Table::kSecret, to_row(SecretRecord{"realm", Secret(std::string(kAwkward))})));
  EXPECT_EQ(
      store().erase(Table::kSecret, {{kSecretRealm, "realm"}, {kSecretValue, "x' OR '1'='1"}}), 0U);
  EXPECT_EQ(store().erase(Table::kSecret,
                          {{kSecretRealm, "realm"}, {kSecretValue, std::string(kAwkward)}}),
            1U);
}

TEST_P(StoreConformance, NamesDifferByCase) {
  const std::string key(32, 'c');
  ASSERT_TRUE(store().put(Table::kUser, to_row(UserRecord{"r", "Bob", Secret(key)})));
  EXPECT_FALSE(find_user(store(), "r", "bob")->has_value());
  EXPECT_FALSE(find_user(store(), "R", "Bob")->has_value());
}

TEST_P(StoreConformance, AnEmptyRealmIsARealm) {
  ASSERT_TRUE(store().put(Table::kDeniedPeer, to_row(PeerRangeRecord{"", "10.0.0.0-10.0.0.9"})));
  ASSERT_TRUE(store().put(Table::kDeniedPeer, to_row(PeerRangeRecord{"r", "10.0.0.1"})));
  EXPECT_EQ(list_peer_ranges(store(), Table::kDeniedPeer, "")->size(), 1U);
  EXPECT_EQ(list_peer_ranges(store(), Table::kDeniedPeer, std::nullopt)->size(), 2U);
  EXPECT_TRUE(list_peer_ranges(store(), Table::kAllowedPeer, std::nullopt)->empty());
}

TEST_P(StoreConformance, RefusesARowThatDoesNotFit) {
  const auto error_of = [this](Table table, const Row& row) {
    const auto done = store().put(table, row);
    return done ? std::string("accepted") : done.error().text;
  };
  EXPECT_NE(error_of(Table::kUser, {"r", std::string(513, 'n'), "k"}).find("too long"),
            std::string::npos);
  EXPECT_NE(error_of(Table::kUser, {"r", "n"}).find("columns"), std::string::npos);
  EXPECT_NE(error_of(Table::kRevocation, {"user", "v", "soon", "1", ""}).find("number"),
            std::string::npos);
  EXPECT_NE(error_of(Table::kUser, {"r", std::string("a\0b", 3), "k"}).find("NUL"),
            std::string::npos);
  EXPECT_TRUE(list_users(store(), std::nullopt)->empty());
}

TEST_P(StoreConformance, ForgetsWhatHasPassed) {
  for (const std::int64_t until : {100, 200, 300}) {
    Revocation rule{RevocationKind::kUser, "user" + std::to_string(until), until, 1, "left"};
    ASSERT_TRUE(store().put(Table::kRevocation, to_row(rule)));
  }
  EXPECT_EQ(store().erase_below(Table::kRevocation, kRevocationUntil, 300), 2U);
  const auto rules = list_revocations(store());
  ASSERT_TRUE(rules) << rules.error().text;
  ASSERT_EQ(rules->size(), 1U);
  EXPECT_EQ(rules->front(), (Revocation{RevocationKind::kUser, "user300", 300, 1, "left"}));
}

TEST_P(StoreConformance, SelectsNoMoreThanTheLimit) {
  std::vector<Row> rows;
  for (int i = 0; i < 25; ++i) {
    rows.push_back(to_row(CredentialRecord{.username = std::to_string(1767225600 + i) + ":u",
                                           .user = "u",
                                           .session = i % 2 == 0 ? "s0" : "s1",
                                           .caller = "key",
                                           .origin = "https://example.org",
                                           .call_id = "",
                                           .issued_s = 1,
                                           .expires_s = 1767225600 + i}));
  }
  ASSERT_TRUE(store().put(Table::kCredential, rows));
  EXPECT_EQ(list_credentials(store(), {}, 10)->size(), 10U);
  EXPECT_EQ(list_credentials(store(), {{kCredentialSession, "s0"}}, 100)->size(), 13U);
  EXPECT_EQ(list_credentials(store(), {}, 10)->front().username, "1767225600:u");
}

TEST_P(StoreConformance, ItsFeedTellsOfChangesByOthers) {
  const auto other = GetParam().open();
  const auto feed = store().changes();
  if (!feed) return;  // says that it cannot
  while (true) {      // what was written before may still be on its way
    const auto settled = feed->wait(milliseconds(200));
    ASSERT_TRUE(settled) << settled.error().text;
    if (!*settled) break;
  }
  std::thread writer([&other] {
    EXPECT_TRUE(
        other->put(Table::kUser, to_row(UserRecord{"r", "new", Secret(std::string(32, 'd'))})));
  });
  const auto told = feed->wait(milliseconds(5000));
  writer.join();
  ASSERT_TRUE(told) << told.error().text;
  EXPECT_TRUE(*told);
  while (feed->wait(milliseconds(200)).value_or(false)) continue;
  EXPECT_TRUE(other->erase(Table::kUser, {{kUserRealm, "r"}, {kUserName, "new"}}));
  EXPECT_TRUE(feed->wait(milliseconds(5000)).value_or(false));
}

TEST_P(StoreConformance, ItsFeedSleepsThroughWhatRelaysDoNotRead) {
  const auto other = GetParam().open();
  const auto feed = store().changes();
  if (!feed) return;
  while (feed->wait(milliseconds(200)).value_or(false)) continue;
  for (const TableShape& shape : tables()) {
    if (shape.owner != TableOwner::kOurs || shape.watched) continue;
    ASSERT_TRUE(other->put(shape.id, example(shape, 1))) << shape.name;
    EXPECT_EQ(feed->wait(milliseconds(200)), false) << shape.name;
    EXPECT_EQ(other->erase(shape.id, {}), 1U) << shape.name;
    EXPECT_EQ(feed->wait(milliseconds(200)), false) << shape.name;
  }
  for (const TableShape& shape : tables()) {
    if (!shape.watched) continue;
    ASSERT_TRUE(other->put(shape.id, example(shape, 1))) << shape.name;
    EXPECT_EQ(feed->wait(milliseconds(5000)), true) << shape.name;
    while (feed->wait(milliseconds(50)).value_or(false)) continue;
  }
}

TEST_P(StoreConformance, AWaitingFeedCanBeInterrupted) {
  const auto feed = store().changes();
  if (!feed) return;
  while (feed->wait(milliseconds(200)).value_or(false)) continue;
  feed->interrupt();
  const auto before = std::chrono::steady_clock::now();
  const auto told = feed->wait(milliseconds(30000));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  ASSERT_TRUE(told) << told.error().text;
  EXPECT_FALSE(*told);
}

}  // namespace
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreConformance);
}  // namespace turnpike::credentials
