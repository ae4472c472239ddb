// The PostgreSQL store against a server that this test starts.
#include "credentials/store/postgresql_connection.h"

#include "base/log.h"
#include "credentials/store/open_store.h"
#include "credentials/store/records.h"
#include "tests/support/database_servers.h"
#include "tests/support/store_conformance.h"

namespace turnpike::credentials {
namespace {

/// Coturn's turndb/schema.sql.
constexpr const char* kCoturnSchema =
    "CREATE TABLE turnusers_lt (realm varchar(127) default '', name varchar(512), hmackey "
    "char(128), PRIMARY KEY (realm,name));"
    "CREATE TABLE turn_secret (realm varchar(127) default '', value varchar(127), primary key "
    "(realm,value));"
    "CREATE TABLE allowed_peer_ip (realm varchar(127) default '', ip_range varchar(256), primary "
    "key (realm,ip_range));"
    "CREATE TABLE denied_peer_ip (realm varchar(127) default '', ip_range varchar(256), primary "
    "key (realm,ip_range));"
    "CREATE TABLE turn_origin_to_realm (origin varchar(127), realm varchar(127), primary key "
    "(origin));"
    "CREATE TABLE turn_realm_option (realm varchar(127) default '', opt varchar(32), value "
    "varchar(128), primary key (realm,opt));"
    "CREATE TABLE oauth_key (kid varchar(128), ikm_key varchar(256), timestamp bigint default 0, "
    "lifetime integer default 0, as_rs_alg varchar(64) default '', realm varchar(127), primary "
    "key (kid));"
    "CREATE TABLE admin_user (name varchar(32), realm varchar(127), password varchar(127), "
    "primary key (name));"
    "INSERT INTO turnusers_lt VALUES ('r.org', 'bob', '289f6eabb70f7ff96814683b4ba56e72');";

test::PostgresqlServer& server() {
  static test::PostgresqlServer one;
  return one;
}

std::string missing() {
  return server().problem();
}

std::unique_ptr<Store> open_at(const std::string& connection) {
  auto store = open_store({.kind = StoreKind::kPostgresql,
                           .connection = Secret(connection),
                           .timeout = milliseconds(5000)});
  return store ? std::move(*store) : nullptr;
}

void run_sql(const std::string& sql, const std::string& database = "postgres") {
  const test::ProgramResult result = server().run_sql(sql, database);
  ASSERT_EQ(result.status, 0) << result.output;
}

std::unique_ptr<Store> open_fresh() {
  static const bool made = server().run_sql("CREATE DATABASE fresh").status == 0;
  EXPECT_TRUE(made);
  return open_at(server().connection("fresh"));
}

std::unique_ptr<Store> open_coturns() {
  static const bool made = server().run_sql("CREATE DATABASE old").status == 0 &&
                           server().run_sql(kCoturnSchema, "old").status == 0;
  EXPECT_TRUE(made);
  return open_at(server().connection("old"));
}

INSTANTIATE_TEST_SUITE_P(Postgresql, StoreConformance,
                         ::testing::Values(StoreUnderTest{"Fresh", open_fresh, missing},
                                           StoreUnderTest{"Coturns", open_coturns, missing}));

class Lines final : public log::Sink {
 public:
  Lines() { log::install(this); }
  ~Lines() override { log::install(nullptr); }
  void write(log::Level, std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

class PostgresqlStore : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!missing().empty()) GTEST_SKIP() << missing();
    static int count = 0;
    database_ = "db" + std::to_string(++count);
    run_sql("CREATE DATABASE " + database_);
  }
  /// A role that may read and write Coturn's tables and nothing else.
  void make_guest() {
    static const bool made =
        server().run_sql("CREATE ROLE guest LOGIN PASSWORD 'guest-password'").status == 0;
    ASSERT_TRUE(made);
    run_sql(std::string(kCoturnSchema) +
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO guest",
            database_);
  }
  std::string as_guest() const {
    return "host=127.0.0.1 port=" + std::to_string(server().port()) + " dbname=" + database_ +
           " user=guest password=guest-password";
  }
  static void settle(ChangeFeed& feed) {
    while (feed.wait(milliseconds(200)).value_or(false)) continue;
  }
  std::string database_;
};

TEST_F(PostgresqlStore, ReadsCoturnsRowsWithoutTheirPadding) {
  run_sql(kCoturnSchema, database_);
  const auto store = open_at(server().connection(database_));
  const auto user = find_user(*store, "r.org", "bob");
  ASSERT_TRUE(user) << user.error().text;
  ASSERT_TRUE(user->has_value());
  EXPECT_EQ((*user)->hmackey.reveal(), "289f6eabb70f7ff96814683b4ba56e72");
}

TEST_F(PostgresqlStore, ATextThatOldTablesCannotTakeIsABadRow) {
  run_sql(kCoturnSchema, database_);
  const auto store = open_at(server().connection(database_));
  const auto put = store->put(Table::kSecret, Row{"r", std::string(200, 's')});
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().failure, StoreFailure::kBadRow);
  EXPECT_EQ(put.error().text.find("sss"), std::string::npos) << put.error().text;
}

TEST_F(PostgresqlStore, OpensAUriAndAUnixSocket) {
  const std::string port = std::to_string(server().port());
  const auto uri = open_at(std::string("postgresql://turn:") + server().kPassword +
                           "@127.0.0.1:" + port + "/" + database_ + "?connect_timeout=5");
  ASSERT_NE(uri, nullptr);
  EXPECT_TRUE(uri->prepare());
  const auto local = open_at("host=" + server().folder() + " port=" + port +
                             " dbname=" + database_ + " user=turn password=" + server().kPassword);
  ASSERT_NE(local, nullptr);
  EXPECT_TRUE(list_secrets(*local, "r"));
}

TEST_F(PostgresqlStore, AWrongPasswordIsRefusedAndNotShown) {
  const auto store = open_at("host=127.0.0.1 port=" + std::to_string(server().port()) +
                             " dbname=postgres user=turn password=wrong-password");
  const auto prepared = store->prepare();
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().failure, StoreFailure::kRefused);
  EXPECT_NE(prepared.error().text.find("password authentication failed"), std::string::npos);
  EXPECT_EQ(prepared.error().text.find("wrong-password"), std::string::npos);
}

TEST_F(PostgresqlStore, NobodyThereIsUnavailable) {
  const auto store = open_at("host=127.0.0.1 port=" + std::to_string(test::free_port()) +
                             " dbname=x user=turn password=wrong-password");
  const auto users = list_users(*store, "r");
  ASSERT_FALSE(users);
  EXPECT_EQ(users.error().failure, StoreFailure::kUnavailable) << users.error().text;
}

TEST_F(PostgresqlStore, WithoutPermissionCoturnsTablesWorkAndOursSayWhatToRun) {
  make_guest();
  const auto store = open_at(as_guest());
  const auto prepared = store->prepare();
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().failure, StoreFailure::kRefused);
  EXPECT_NE(prepared.error().text.find("CREATE TABLE IF NOT EXISTS turnpike_revocation"),
            std::string::npos)
      << prepared.error().text;
  EXPECT_EQ(list_revocations(*store).error().failure, StoreFailure::kRefused);
  EXPECT_TRUE(find_user(*store, "r.org", "bob")->has_value());
  EXPECT_TRUE(store->put(Table::kSecret, Row{"r", "v"}));
  const std::string& text = prepared.error().text;
  run_sql(text.substr(text.find("CREATE TABLE")), database_);
  run_sql("GRANT SELECT ON turnpike_revocation TO guest", database_);
  EXPECT_TRUE(list_revocations(*store));
}

TEST_F(PostgresqlStore, ItsFeedNoticesAForeignProgram) {
  run_sql(kCoturnSchema, database_);
  const auto feed = open_at(server().connection(database_))->changes();
  settle(*feed);
  run_sql("DELETE FROM turnusers_lt", database_);
  EXPECT_EQ(feed->wait(milliseconds(5000)), true);
  settle(*feed);
  // Nothing of these tables: told by triggers, not by looking at everything.
  run_sql("CREATE TABLE other (a int); INSERT INTO other VALUES (1)", database_);
  run_sql("INSERT INTO admin_user VALUES ('root', '', 'x')", database_);
  EXPECT_EQ(feed->wait(milliseconds(500)), false);
}

TEST_F(PostgresqlStore, ItsFeedNoticesAForeignProgramWithoutTriggersToo) {
  make_guest();
  Lines log;
  const auto store = open_at(as_guest());
  const auto feed = store->changes();
  settle(*feed);
  EXPECT_NE(store->changes(), nullptr);
  ASSERT_EQ(log.lines.size(), 1U) << "once for a store";
  EXPECT_NE(log.lines[0].find("permission denied for schema"), std::string::npos) << log.lines[0];
  EXPECT_EQ(server().run_sql("SELECT 1 FROM pg_trigger WHERE NOT tgisinternal", database_).output,
            "");
  run_sql("INSERT INTO turn_secret VALUES ('r', 'v')", database_);
  EXPECT_EQ(feed->wait(milliseconds(5000)), true);
}

TEST_F(PostgresqlStore, ASlowServerIsUnavailableInTime) {
  const auto connection =
      make_postgresql_connection(Secret(server().connection(database_)), milliseconds(300));
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)->connect());
  const auto slept = (*connection)->run("SELECT pg_sleep(60)");
  ASSERT_FALSE(slept);
  EXPECT_EQ(slept.error().error.failure, StoreFailure::kUnavailable);
  EXPECT_NE(slept.error().error.text.find("300 ms"), std::string::npos);
  EXPECT_EQ((*connection)->connect(), true);
  EXPECT_TRUE((*connection)->run("SELECT 1"));
}

TEST_F(PostgresqlStore, FindsAServerAgainThatWasAway) {
  const auto store = open_at(server().connection(database_));
  ASSERT_TRUE(store->put(Table::kSecret, Row{"r", "before"}));
  const auto feed = store->changes();
  settle(*feed);
  server().stop();
  const auto gone = list_secrets(*store, "r");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().failure, StoreFailure::kUnavailable) << gone.error().text;
  EXPECT_FALSE(feed->wait(milliseconds(1000)));
  server().start_again();
  ASSERT_EQ(server().problem(), "");
  EXPECT_EQ(feed->wait(milliseconds(5000)), true);
  EXPECT_EQ(list_secrets(*store, "r")->size(), 1U);
  server().stop();  // and between two writes, where nobody asked meanwhile
  server().start_again();
  EXPECT_TRUE(store->put(Table::kSecret, Row{"r", "after"}));
  EXPECT_EQ(list_secrets(*store, "r")->size(), 2U);
}

}  // namespace
}  // namespace turnpike::credentials
