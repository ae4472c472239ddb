// SqlStore over SQLite: the promises of every store, files that Coturn wrote, foreign writers.
// Over the servers: postgresql_connection_test.cc and mysql_connection_test.cc.
#include "credentials/store/sql_store.h"

#include <filesystem>

#include "credentials/store/open_store.h"
#include "credentials/store/records.h"
#include "tests/support/store_conformance.h"
#include "tests/support/throwaway_server.h"

namespace turnpike::credentials {
namespace {

std::unique_ptr<Store> open_file(const std::string& path) {
  auto store = open_store({.kind = StoreKind::kSqlite, .connection = Secret(path)});
  return store ? std::move(*store) : nullptr;
}

std::unique_ptr<Store> open_shared() {
  static const test::TemporaryFolder folder;
  return open_file(folder.path() + "/turndb");
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance,
                         ::testing::Values(StoreUnderTest{"Sqlite", open_shared}));

class SqliteStore : public ::testing::Test {
 protected:
  /// Coturn's own turnadmin, which logs into its folder.
  void run_coturn(std::vector<std::string> words) {
    words.insert(words.begin(), {"/usr/bin/turnadmin", "-b", path_});
    const test::ProgramResult result = test::run_program(words);
    ASSERT_EQ(result.status, 0) << result.output;
  }
  void run_sql(const std::string& sql) {
    const test::ProgramResult result = test::run_program({"sqlite3", path_, sql});
    ASSERT_EQ(result.status, 0) << result.output;
  }
  test::TemporaryFolder folder_;
  std::string path_ = folder_.path() + "/turndb";
};

TEST_F(SqliteStore, ReadsAFileThatCoturnWrote) {
  if (!std::filesystem::exists("/usr/bin/turnadmin")) GTEST_SKIP() << "coturn is not installed";
  run_coturn({"-a", "-u", "bob", "-r", "r.org", "-p", "pw"});
  run_coturn({"-s", "north", "-r", "r.org"});
  run_coturn({"-A", "-u", "root", "-p", "pw"});
  run_coturn({"-O", "-o", "https://h:443", "-r", "r.org"});
  run_coturn({"-g", "-r", "r.org", "--max-bps=1000"});
  const auto store = open_file(path_);
  const auto user = find_user(*store, "r.org", "bob");
  ASSERT_TRUE(user) << user.error().text;
  ASSERT_TRUE(user->has_value());
  EXPECT_EQ((*user)->hmackey.reveal(), "289f6eabb70f7ff96814683b4ba56e72");
  EXPECT_EQ(list_secrets(*store, "r.org")->at(0).value.reveal(), "north");
  EXPECT_EQ(list_admins(*store)->at(0).name, "root");
  EXPECT_EQ(list_origins(*store, "r.org")->at(0).origin, "https://h:443");
  EXPECT_EQ(list_realm_options(*store, "r.org")->at(0).value, 1000U);
  EXPECT_TRUE(list_revocations(*store)->empty());
}

TEST_F(SqliteStore, CoturnReadsAFileThatWeWrote) {
  if (!std::filesystem::exists("/usr/bin/turnadmin")) GTEST_SKIP() << "coturn is not installed";
  const UserRecord user{"r.org", "eve", Secret(std::string(32, 'a'))};
  ASSERT_TRUE(open_file(path_)->put(Table::kUser, to_row(user)));
  const auto listed = test::run_program({"/usr/bin/turnadmin", "-b", path_, "-l"});
  EXPECT_NE(listed.output.find("eve[r.org]"), std::string::npos) << listed.output;
}

TEST_F(SqliteStore, ItsFeedNoticesAForeignProgram) {
  const auto store = open_file(path_);
  ASSERT_TRUE(store->prepare());
  const auto feed = store->changes();
  while (feed->wait(milliseconds(100)).value_or(false)) continue;
  run_sql("INSERT INTO turn_secret VALUES ('r', 'v')");
  EXPECT_EQ(feed->wait(milliseconds(5000)), true);
}

TEST_F(SqliteStore, CoturnWritesWhereOurTriggersCount) {
  if (!std::filesystem::exists("/usr/bin/turnadmin")) GTEST_SKIP() << "coturn is not installed";
  run_coturn({"-a", "-u", "bob", "-r", "r.org", "-p", "pw"});
  const auto store = open_file(path_);
  const auto feed = store->changes();
  while (feed->wait(milliseconds(100)).value_or(false)) continue;
  run_coturn({"-A", "-u", "root", "-p", "pw"});
  EXPECT_EQ(feed->wait(milliseconds(150)), false);
  run_coturn({"-d", "-u", "bob", "-r", "r.org"});
  EXPECT_EQ(feed->wait(milliseconds(5000)), true);
  EXPECT_TRUE(list_users(*store, "r.org")->empty());
}

TEST_F(SqliteStore, ATableWithoutRealmIsOfAnEarlyCoturn) {
  run_sql("CREATE TABLE turnusers_lt (name varchar(512) PRIMARY KEY, hmackey char(32))");
  const auto store = open_file(path_);
  const auto prepared = store->prepare();
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().failure, StoreFailure::kRefused);
  EXPECT_NE(prepared.error().text.find("turnadmin import"), std::string::npos);
  EXPECT_FALSE(find_user(*store, "r", "bob"));
  EXPECT_TRUE(list_secrets(*store, "r"));
}

TEST_F(SqliteStore, ARowWithoutValuesReadsAsEmpty) {
  run_sql(
      "CREATE TABLE admin_user (name varchar(32), realm varchar(127), password varchar(127), "
      "primary key (name)); INSERT INTO admin_user VALUES ('root', NULL, 'p')");
  const auto store = open_file(path_);
  const auto admins = list_admins(*store);
  ASSERT_TRUE(admins) << admins.error().text;
  EXPECT_EQ(admins->at(0).realm, "");
  EXPECT_EQ(store->select(Table::kAdmin, {{1, ""}}, 10)->size(), 1U);
}

TEST_F(SqliteStore, AllRowsOfACallOrNone) {
  run_sql(
      "CREATE TABLE turn_secret (realm varchar(127), value varchar(127) CHECK (value <> 'b'), "
      "primary key (realm, value))");
  const auto store = open_file(path_);
  EXPECT_FALSE(store->put(Table::kSecret, std::vector<Row>{{"r", "a"}, {"r", "b"}}));
  EXPECT_TRUE(list_secrets(*store, "r")->empty());
  EXPECT_TRUE(store->put(Table::kSecret, Row{"r", "c"}));
}

}  // namespace
}  // namespace turnpike::credentials
