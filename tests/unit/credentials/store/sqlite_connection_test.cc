#include "credentials/store/sqlite_connection.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/throwaway_server.h"

namespace turnpike::credentials {
namespace {

class SqliteConnectionTest : public ::testing::Test {
 protected:
  std::unique_ptr<SqlConnection> open() { return make_sqlite_connection(path_, milliseconds(50)); }
  test::TemporaryFolder folder_;
  std::string path_ = folder_.path() + "/turndb";
};

TEST_F(SqliteConnectionTest, MakesAFileThatOnlyItsOwnerReads) {
  const auto connection = open();
  EXPECT_EQ(connection->connect(), true);
  EXPECT_EQ(connection->connect(), false);
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(connection->run("PRAGMA journal_mode")->rows[0][0], "wal");
  ASSERT_TRUE(connection->run("CREATE TABLE t (a)"));
  ASSERT_EQ(stat((path_ + "-wal").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(SqliteConnectionTest, LeavesTheModeOfAFileThatIsThere) {
  test::write_file(path_, "");
  ASSERT_TRUE(open()->connect());
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0644U);
}

TEST_F(SqliteConnectionTest, NamesAFolderThatIsMissing) {
  path_ = folder_.path() + "/none/turndb";
  const auto connected = open()->connect();
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().failure, StoreFailure::kRefused);
  EXPECT_NE(connected.error().text.find("/none does not exist"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(SqliteConnectionTest, AFileOfAnotherKindIsNoDatabase) {
  test::write_file(path_, std::string(4096, 'x'));
  const auto connected = open()->connect();
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().failure, StoreFailure::kBadData) << connected.error().text;
}

TEST_F(SqliteConnectionTest, ALockedFileIsUnavailableForNow) {
  const auto one = open();
  const auto two = open();
  ASSERT_TRUE(one->connect());
  ASSERT_TRUE(two->connect());
  ASSERT_TRUE(one->run("BEGIN IMMEDIATE"));
  const auto locked = two->run("BEGIN IMMEDIATE");
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().error.failure, StoreFailure::kUnavailable);
  ASSERT_TRUE(one->run("COMMIT"));
  EXPECT_TRUE(two->run("BEGIN IMMEDIATE"));
}

TEST_F(SqliteConnectionTest, FindsThatTheFileWasReplaced) {
  const auto connection = open();
  ASSERT_TRUE(connection->connect());
  ASSERT_TRUE(connection->run("CREATE TABLE t (a)"));
  const auto other = make_sqlite_connection(folder_.path() + "/other", milliseconds(50));
  ASSERT_TRUE(other->connect());
  other->disconnect();
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + end);
  std::filesystem::rename(folder_.path() + "/other", path_);
  EXPECT_EQ(connection->connect(), true);
  EXPECT_FALSE(connection->run("SELECT * FROM t"));
}

TEST_F(SqliteConnectionTest, SaysWhichKeyIsTaken) {
  const auto connection = open();
  ASSERT_TRUE(connection->connect());
  ASSERT_TRUE(connection->run("CREATE TABLE t (a PRIMARY KEY)"));
  const std::vector<std::string> values = {"s3cret"};
  ASSERT_TRUE(connection->run("INSERT INTO t VALUES (?)", values));
  const auto again = connection->run("INSERT INTO t VALUES (?)", values);
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().duplicate);
  EXPECT_EQ(again.error().error.text.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace turnpike::credentials
