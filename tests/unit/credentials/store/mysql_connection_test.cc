// The MySQL store against a MariaDB server that this test starts.
#include "credentials/store/mysql_connection.h"

#include "credentials/store/open_store.h"
#include "credentials/store/records.h"
#include "credentials/store/sql_statements.h"
#include "tests/support/database_servers.h"
#include "tests/support/store_conformance.h"

namespace turnpike::credentials {
namespace {

/// Two of Coturn's tables as an old server made them: case does not count in their keys.
constexpr const char* kOldTables =
    "CREATE TABLE turnusers_lt (realm varchar(127) default '', name varchar(512), hmackey "
    "char(128), PRIMARY KEY (realm,name)) CHARACTER SET latin1 COLLATE latin1_swedish_ci;"
    "CREATE TABLE turn_secret (realm varchar(127) default '', value varchar(127), primary key "
    "(realm,value)) CHARACTER SET latin1 COLLATE latin1_swedish_ci;";

test::MariadbServer& server() {
  static test::MariadbServer one;
  return one;
}

std::string missing() {
  return server().problem();
}

std::unique_ptr<Store> open_at(const std::string& connection, const std::string& key_file = "") {
  auto store = open_store(
      {.kind = StoreKind::kMysql, .connection = Secret(connection), .secret_key_file = key_file});
  return store ? std::move(*store) : nullptr;
}

void run_sql(const std::string& sql) {
  const test::ProgramResult result = server().run_sql(sql);
  ASSERT_EQ(result.status, 0) << result.output;
}

std::unique_ptr<Store> open_fresh() {
  static const bool made = server().run_sql("CREATE DATABASE fresh").status == 0;
  EXPECT_TRUE(made);
  return open_at(server().connection("fresh"));
}

std::unique_ptr<Store> open_old() {
  static const bool made =
      server().run_sql(std::string("CREATE DATABASE old; USE old; ") + kOldTables).status == 0;
  EXPECT_TRUE(made);
  return open_at(server().connection("old"));
}

INSTANTIATE_TEST_SUITE_P(Mysql, StoreConformance,
                         ::testing::Values(StoreUnderTest{"Fresh", open_fresh, missing},
                                           StoreUnderTest{"OldTables", open_old, missing}));

class MysqlStore : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!missing().empty()) GTEST_SKIP() << missing();
    static int count = 0;
    database_ = "db" + std::to_string(++count);
    run_sql("CREATE DATABASE " + database_);
  }
  std::string database_;
};

TEST_F(MysqlStore, TwoNamesThatDifferByCaseAreNeverMixedUp) {
  run_sql("USE " + database_ + "; " + kOldTables);
  const auto store = open_at(server().connection(database_));
  const std::string a(32, 'a');
  const std::string b(32, 'b');
  ASSERT_TRUE(store->put(Table::kUser, to_row(UserRecord{"r", "Bob", Secret(a)})));
  const auto second = store->put(Table::kUser, to_row(UserRecord{"r", "bob", Secret(b)}));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().failure, StoreFailure::kRefused);
  EXPECT_NE(second.error().text.find("utf8mb4_bin"), std::string::npos);
  EXPECT_EQ((*find_user(*store, "r", "Bob"))->hmackey.reveal(), a);
  EXPECT_FALSE(find_user(*store, "r", "bob")->has_value());
  EXPECT_EQ(store->erase(Table::kUser, {{kUserRealm, "r"}, {kUserName, "BOB"}}), 0U);
  ASSERT_TRUE(store->put(Table::kUser, to_row(UserRecord{"r", "Bob", Secret(b)})));
  EXPECT_EQ((*find_user(*store, "r", "Bob"))->hmackey.reveal(), b);
}

TEST_F(MysqlStore, ALookupUsesTheIndexOfAnOldTable) {
  run_sql("USE " + database_ + "; " + kOldTables);
  const SqlColumns columns = {{"realm", "latin1"}, {"name", "latin1"}, {"hmackey", "latin1"}};
  const auto statement = SqlWriter(SqlDialect::kMysql, shape_of(Table::kUser), columns)
                             .select({{kUserRealm, "r"}, {kUserName, "n"}}, 1);
  auto settings = parse_mysql_settings(Secret(server().connection(database_)), "");
  const auto connection = make_mysql_connection(std::move(*settings), milliseconds(5000));
  ASSERT_TRUE(connection->connect());
  for (int i = 0; i < 50; ++i) {
    const std::vector<std::string> values = {"r", "n" + std::to_string(i), "k"};
    ASSERT_TRUE(connection->run("INSERT INTO turnusers_lt VALUES (?, ?, ?)", values));
  }
  const auto plan = connection->run("EXPLAIN " + statement.text, statement.values);
  ASSERT_TRUE(plan) << plan.error().error.text;
  EXPECT_NE(plan->rows[0][3], "ALL");
}

TEST_F(MysqlStore, ATextThatIsTooLongIsABadRow) {
  run_sql("USE " + database_ + "; " + kOldTables);
  const auto store = open_at(server().connection(database_));
  const auto put = store->put(Table::kSecret, Row{"r", std::string(200, 's')});
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().failure, StoreFailure::kBadRow);
  EXPECT_EQ(put.error().text.find("sss"), std::string::npos) << put.error().text;
}

TEST_F(MysqlStore, OpensAUnixSocketAndAnEncryptedPassword) {
  test::write_file(server().folder() + "/key", "3S8XnLX4cl3HP6Zn");
  const auto store = open_at("unix_socket=" + server().socket() + " dbname=" + database_ +
                                 " user=turn password=+ECU6FJlvc8a",
                             server().folder() + "/key");
  ASSERT_NE(store, nullptr);
  const auto prepared = store->prepare();
  EXPECT_TRUE(prepared) << prepared.error().text;
}

TEST_F(MysqlStore, AWrongPasswordIsRefusedAndNotShown) {
  const auto store = open_at("host=127.0.0.1 port=" + std::to_string(server().port()) +
                             " dbname=" + database_ + " user=turn password=wrong-password");
  const auto prepared = store->prepare();
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().failure, StoreFailure::kRefused);
  EXPECT_NE(prepared.error().text.find("Access denied"), std::string::npos);
  EXPECT_EQ(prepared.error().text.find("wrong-password"), std::string::npos);
}

TEST_F(MysqlStore, WithoutPermissionCoturnsTablesWorkAndOursSayWhatToRun) {
  run_sql("USE " + database_ + "; " + kOldTables +
          "INSERT INTO turn_secret VALUES ('r', 'north'); CREATE USER guest_" + database_ +
          " IDENTIFIED BY 'guest-password'; GRANT SELECT ON " + database_ + ".* TO guest_" +
          database_);
  const auto store =
      open_at("host=127.0.0.1 port=" + std::to_string(server().port()) + " dbname=" + database_ +
              " user=guest_" + database_ + " password=guest-password");
  EXPECT_EQ(list_secrets(*store, "r")->size(), 1U);
  const auto rules = list_revocations(*store);
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().failure, StoreFailure::kRefused);
  EXPECT_NE(rules.error().text.find("CREATE TABLE IF NOT EXISTS turnpike_revocation"),
            std::string::npos)
      << rules.error().text;
  EXPECT_FALSE(store->prepare());
}

TEST_F(MysqlStore, ASlowServerIsUnavailableInTime) {
  auto settings =
      parse_mysql_settings(Secret(server().connection(database_) + " read_timeout=1"), "");
  const auto connection = make_mysql_connection(std::move(*settings), milliseconds(5000));
  ASSERT_TRUE(connection->connect());
  const auto slept = connection->run("SELECT SLEEP(30)");
  ASSERT_FALSE(slept);
  EXPECT_EQ(slept.error().error.failure, StoreFailure::kUnavailable) << slept.error().error.text;
  EXPECT_EQ(connection->connect(), true);
}

TEST_F(MysqlStore, FindsAServerAgainThatWasAway) {
  const auto store = open_at(server().connection(database_));
  ASSERT_TRUE(store->put(Table::kSecret, Row{"r", "before"}));
  server().stop();
  const auto gone = list_secrets(*store, "r");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().failure, StoreFailure::kUnavailable) << gone.error().text;
  server().start_again();
  ASSERT_EQ(server().problem(), "");
  EXPECT_EQ(list_secrets(*store, "r")->size(), 1U);
  server().stop();
  server().start_again();
  EXPECT_TRUE(store->put(Table::kSecret, Row{"r", "after"}));
  EXPECT_EQ(list_secrets(*store, "r")->size(), 2U);
}

}  // namespace
}  // namespace turnpike::credentials
