#include "credentials/store/redis_store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>

#include "credentials/store/open_store.h"
#include "credentials/store/records.h"
#include "relay/crypto/openssl_digests.h"
#include "tests/support/redis_server.h"
#include "tests/support/store_conformance.h"

namespace turnpike::credentials {
namespace {

using ::turnpike::testing::output_of;
using ::turnpike::testing::RedisServer;

const crypto::OpensslDigests kDigests;
constexpr const char* kTurnadmin = "/usr/bin/turnadmin";
// MD5("bob:example.org:sesame")
constexpr const char* kBobsKey = "a2698f792b2b7f840838ff33286b2929";

std::unique_ptr<Store> open_at(const std::string& connection) {
  auto store = open_store(
      {.kind = StoreKind::kRedis, .connection = Secret(connection), .digests = &kDigests});
  EXPECT_TRUE(store) << store.error().text;
  return std::move(*store);
}

std::unique_ptr<Store> open_conformance() {
  static const RedisServer server;
  return open_at("socket=" + server.socket_path());
}

INSTANTIATE_TEST_SUITE_P(Redis, StoreConformance,
                         ::testing::Values(StoreUnderTest{"redis", open_conformance,
                                                          RedisServer::missing}));

class RedisStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!RedisServer::missing().empty()) GTEST_SKIP() << RedisServer::missing();
    server_ = std::make_unique<RedisServer>();
    store_ = open_at(server_->connection());
  }
  std::string cli(std::vector<std::string> arguments) { return server_->cli(std::move(arguments)); }
  void turnadmin(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {kTurnadmin, "-N", server_->connection()});
    output_of(arguments);
  }
  std::unique_ptr<RedisServer> server_;
  std::unique_ptr<Store> store_;
};

TEST_F(RedisStoreTest, ReadsWhatCoturnsTurnadminWrote) {
  if (::access(kTurnadmin, X_OK) != 0) GTEST_SKIP() << "Coturn's turnadmin is missing";
  turnadmin({"-a", "-u", "bob", "-r", "example.org", "-p", "sesame"});
  turnadmin({"-s", "north", "-r", "example.org"});
  turnadmin({"-O", "-o", "https://h:443", "-r", "example.org"});
  turnadmin({"-g", "-r", "example.org", "--max-bps=123456"});
  turnadmin({"-A", "-u", "root", "-p", "toor", "-r", "example.org"});
  const auto bob = find_user(*store_, "example.org", "bob");
  ASSERT_TRUE(bob) << bob.error().text;
  ASSERT_TRUE(bob->has_value());
  EXPECT_EQ((*bob)->hmackey.reveal(), kBobsKey);
  EXPECT_EQ(list_users(*store_, std::nullopt)->size(), 1U);
  const auto secrets = list_secrets(*store_, std::nullopt);
  ASSERT_EQ(secrets->size(), 1U);
  EXPECT_EQ(secrets->front().realm, "example.org");
  EXPECT_EQ(secrets->front().value.reveal(), "north");
  ASSERT_EQ(list_origins(*store_, "example.org")->size(), 1U);
  EXPECT_EQ(list_origins(*store_, std::nullopt)->front().origin, "https://h:443");
  const auto options = list_realm_options(*store_, std::nullopt);
  ASSERT_EQ(options->size(), 1U);
  EXPECT_EQ(options->front().option, "max-bps");
  EXPECT_EQ(options->front().value, 123456U);
  const auto admins = list_admins(*store_);
  ASSERT_EQ(admins->size(), 1U);
  EXPECT_EQ(admins->front().name, "root");
  EXPECT_EQ(admins->front().realm, "example.org");
}

TEST_F(RedisStoreTest, CoturnsTurnadminReadsWhatWeWrote) {
  if (::access(kTurnadmin, X_OK) != 0) GTEST_SKIP() << "Coturn's turnadmin is missing";
  ASSERT_TRUE(
      store_->put(Table::kUser, to_row(UserRecord{"example.org", "bob", Secret(kBobsKey)})));
  ASSERT_TRUE(store_->put(Table::kSecret, to_row(SecretRecord{"example.org", Secret("north")})));
  const auto shown = [this](const char* command) {
    return output_of({kTurnadmin, "-N", server_->connection(), command});
  };
  EXPECT_NE(shown("-l").find("bob[example.org]"), std::string::npos);
  EXPECT_NE(shown("-S").find("north[example.org]"), std::string::npos);
}

TEST_F(RedisStoreTest, APasswordServesWhereThereIsNoKey) {
  cli({"SET", "turn/realm/example.org/user/bob/password", "sesame"});
  cli({"SET", "turn/realm/r/user/both/key", std::string(32, 'a')});
  cli({"SET", "turn/realm/r/user/both/password", "other"});
  EXPECT_EQ(find_user(*store_, "example.org", "bob")->value().hmackey.reveal(), kBobsKey);
  EXPECT_EQ(list_users(*store_, "example.org")->front().hmackey.reveal(), kBobsKey);
  EXPECT_EQ(find_user(*store_, "r", "both")->value().hmackey.reveal(), std::string(32, 'a'));
  EXPECT_EQ(list_users(*store_, "r")->front().hmackey.reveal(), std::string(32, 'a'));
  EXPECT_EQ(list_users(*store_, std::nullopt)->size(), 2U);
  auto blind = open_redis_store(server_->connection(), milliseconds(5000), nullptr);
  EXPECT_EQ(find_user(**blind, "example.org", "bob"), std::nullopt);
  EXPECT_EQ(store_->erase(Table::kUser, {}), 2U);
  EXPECT_EQ(cli({"DBSIZE"}), "0\n");
}

TEST_F(RedisStoreTest, WritingAUserTakesTheOldPasswordAway) {
  cli({"SET", "turn/realm/r/user/bob/password", "sesame"});
  ASSERT_TRUE(store_->put(Table::kUser, to_row(UserRecord{"r", "bob", Secret(kBobsKey)})));
  EXPECT_EQ(cli({"EXISTS", "turn/realm/r/user/bob/password"}), "0\n");
}

TEST_F(RedisStoreTest, UsersWithoutARealm) {
  cli({"SET", "turn/user/bob/key", std::string(32, 'b')});
  EXPECT_EQ(find_user(*store_, "", "bob")->value().hmackey.reveal(), std::string(32, 'b'));
  EXPECT_EQ(list_users(*store_, "")->size(), 1U);
  EXPECT_TRUE(list_users(*store_, "bob")->empty());
}

TEST_F(RedisStoreTest, NamesWithSlashesComeBackWhole) {
  for (const char* name : {"a/b", "/", "x/user/y", "z/key", "p/password"}) {
    ASSERT_TRUE(store_->put(Table::kUser, to_row(UserRecord{"r", name, Secret(kBobsKey)})));
  }
  const auto users = list_users(*store_, "r");
  ASSERT_TRUE(users) << users.error().text;
  ASSERT_EQ(users->size(), 5U);
  EXPECT_EQ((*users)[0].name, "/");
  EXPECT_EQ((*users)[3].name, "x/user/y");
  const auto refused = store_->put(Table::kUser, Row{"a/user/b", "n", kBobsKey});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, StoreFailure::kBadRow);
}

TEST_F(RedisStoreTest, OurOwnRowsExpire) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t until = std::chrono::duration_cast<seconds>(now).count() + 1000;
  const Revocation rule{RevocationKind::kUser, "eve", until, 1, ""};
  ASSERT_TRUE(store_->put(Table::kRevocation, to_row(rule)));
  EXPECT_EQ(cli({"EXPIRETIME", "turnpike/revocation/user/eve"}), fmt::format("{}\n", until + 60));
  Revocation longer = rule;
  longer.until_s = std::numeric_limits<std::int64_t>::max();
  ASSERT_TRUE(store_->put(Table::kRevocation, to_row(longer)));
  EXPECT_EQ(list_revocations(*store_)->front(), longer);
  Revocation passed = rule;
  passed.until_s = 100;
  ASSERT_TRUE(store_->put(Table::kRevocation, to_row(passed)));
  EXPECT_EQ(cli({"TTL", "turnpike/revocation/user/eve"}), "-1\n");
}

TEST_F(RedisStoreTest, DataThatMakesNoSenseIsAnErrorAndNotAnEmptyList) {
  cli({"SET", "turn/realm/r/denied-peer-ip", "10.0.0.1"});
  const auto ranges = list_peer_ranges(*store_, Table::kDeniedPeer, std::nullopt);
  ASSERT_FALSE(ranges);
  EXPECT_EQ(ranges.error().failure, StoreFailure::kBadData);
  cli({"HSET", "turn/oauth/kid/k", "timestamp", "soon"});
  const auto keys = list_oauth_keys(*store_);
  ASSERT_FALSE(keys);
  EXPECT_NE(keys.error().text.find("turn/oauth/kid/k"), std::string::npos) << keys.error().text;
}

TEST_F(RedisStoreTest, GoesOnAfterTheServerWasRestarted) {
  ASSERT_TRUE(store_->put(Table::kSecret, Row{"r", "s"}));
  server_->stop();
  const auto down = list_secrets(*store_, "r");
  ASSERT_FALSE(down);
  EXPECT_EQ(down.error().failure, StoreFailure::kUnavailable);
  server_->start();
  EXPECT_TRUE(list_secrets(*store_, "r")->empty());
  EXPECT_TRUE(store_->put(Table::kSecret, Row{"r", "s"}));
}

TEST_F(RedisStoreTest, ListsManyUsers) {
  std::vector<Row> rows;
  for (int i = 0; i < 5000; ++i) rows.push_back({"r", fmt::format("user{:04}", i), kBobsKey});
  ASSERT_TRUE(store_->put(Table::kUser, rows));
  const auto users = list_users(*store_, "r");
  ASSERT_TRUE(users) << users.error().text;
  ASSERT_EQ(users->size(), 5000U);
  EXPECT_EQ(users->back().name, "user4999");
  EXPECT_EQ(store_->select(Table::kUser, {}, 7)->size(), 7U);
}

TEST(RedisStore, SaysWhatIsWrongWithAConnectionString) {
  const auto store = open_store({.kind = StoreKind::kRedis, .connection = Secret("host")});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().failure, StoreFailure::kRefused);
}

}  // namespace
}  // namespace turnpike::credentials
