#include "credentials/store/early_users.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/support/throwaway_server.h"

namespace turnpike::credentials {
namespace {

class EarlyUsers : public ::testing::Test {
 protected:
  std::string file_of(const char* statements) {
    const std::string path = folder_.path() + "/turndb";
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, statements, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
    return path;
  }
  test::TemporaryFolder folder_;
};

constexpr const char* kEarly =
    "CREATE TABLE turnusers_lt (name varchar(512) PRIMARY KEY, hmackey char(32));"
    "INSERT INTO turnusers_lt VALUES ('alice', 'ab12'), ('o''brien', 'cd34');";

TEST_F(EarlyUsers, GetTheRealmThatIsNamed) {
  const auto users = read_early_users(file_of(kEarly), "a.org");
  ASSERT_TRUE(users) << users.error().text;
  ASSERT_TRUE(*users);
  EXPECT_EQ(**users, (std::vector<Row>{{"a.org", "alice", "ab12"}, {"a.org", "o'brien", "cd34"}}));
}

TEST_F(EarlyUsers, AnEmptyTableIsAnEarlyOneToo) {
  const auto users = read_early_users(
      file_of("CREATE TABLE turnusers_lt (name varchar(512), hmackey char(32));"), "a.org");
  ASSERT_TRUE(users && *users);
  EXPECT_TRUE((*users)->empty());
}

TEST_F(EarlyUsers, AFileWithRealmsHasNone) {
  const auto users = read_early_users(
      file_of("CREATE TABLE turnusers_lt (realm varchar(127), name varchar(512), hmackey "
              "char(128)); INSERT INTO turnusers_lt VALUES ('b.org', 'alice', 'ab12');"),
      "a.org");
  ASSERT_TRUE(users) << users.error().text;
  EXPECT_FALSE(*users);
}

TEST_F(EarlyUsers, AFileWithoutTheTableHasNone) {
  const auto users = read_early_users(file_of("CREATE TABLE other (name text);"), "a.org");
  ASSERT_TRUE(users) << users.error().text;
  EXPECT_FALSE(*users);
}

TEST_F(EarlyUsers, WhatIsNoDatabaseIsAnError) {
  const std::string path = folder_.path() + "/text";
  test::write_file(path, std::string(4096, 'x'));
  EXPECT_FALSE(read_early_users(path, "a.org"));
  EXPECT_FALSE(read_early_users(folder_.path() + "/no/folder/turndb", "a.org"));
}

}  // namespace
}  // namespace turnpike::credentials
