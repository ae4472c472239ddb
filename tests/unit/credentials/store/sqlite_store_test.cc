#include "credentials/store/sqlite_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "credentials/store/records.h"
#include "tests/support/store_conformance.h"

namespace turnpike::credentials {
namespace {

/// A folder that goes with the process.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "turnpike-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

const Folder& folder() {
  static const Folder one;
  return one;
}

std::unique_ptr<Store> open(const std::string& path) {
  return open_sqlite_store(path, milliseconds(2000));
}

/// Another program's statement, without our store.
void execute(const std::string& path, const char* statement) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  char* message = nullptr;
  sqlite3_exec(database, statement, nullptr, nullptr, &message);
  EXPECT_EQ(message, nullptr) << message;
  sqlite3_free(message);
  sqlite3_close(database);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance,
                         ::testing::Values(StoreUnderTest{
                             "sqlite", [] { return open(folder().file("conformance.db")); }}));

TEST(SqliteStore, MakesAFileThatOnlyItsOwnerReads) {
  const std::string path = folder().file("new.db");
  ASSERT_TRUE(open(path)->prepare());
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST(SqliteStore, AFolderThatIsNotThereIsSaid) {
  const auto prepared = open(folder().file("none/turndb"))->prepare();
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().failure, StoreFailure::kUnavailable);
  EXPECT_NE(prepared.error().text.find("none/turndb"), std::string::npos);
  EXPECT_NE(prepared.error().text.find("folder"), std::string::npos);
}

TEST(SqliteStore, AFileThatIsNoDatabaseIsSaidAndKept) {
  const std::string path = folder().file("text.db");
  FILE* const file = std::fopen(path.c_str(), "w");
  std::fputs(std::string(5000, 'x').c_str(), file);
  std::fclose(file);
  const auto prepared = open(path)->prepare();
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().failure, StoreFailure::kBadData);
  EXPECT_EQ(std::filesystem::file_size(path), 5000U);
}

// turndb/schema.sql of Coturn 4.5, with a row in it.
TEST(SqliteStore, ADatabaseOfCoturnWorksUnchanged) {
  const std::string path = folder().file("coturn.db");
  execute(path,
          "CREATE TABLE turnusers_lt (realm varchar(127) default '', name varchar(512), hmackey "
          "char(128), PRIMARY KEY (realm,name));"
          "CREATE TABLE turn_secret (realm varchar(127) default '', value varchar(127), primary "
          "key (realm,value));"
          "INSERT INTO turnusers_lt VALUES ('r', 'bob', '7da2270ccfa49786e0115366d3a3d14d');"
          "INSERT INTO turn_secret VALUES ('r', 'logen');");
  const auto store = open(path);
  const auto user = find_user(*store, "r", "bob");
  ASSERT_TRUE(user) << user.error().text;
  ASSERT_TRUE(user->has_value());
  EXPECT_EQ((*user)->hmackey.reveal(), "7da2270ccfa49786e0115366d3a3d14d");
  EXPECT_EQ(list_secrets(*store, "r")->size(), 1U);
  ASSERT_TRUE(store->put(Table::kSecret, to_row(SecretRecord{"r", Secret("another")})));
  execute(path, "INSERT INTO turnusers_lt VALUES ('r', 'eve', '00')");
  EXPECT_EQ(list_users(*store, "r")->size(), 2U);
}

TEST(SqliteStore, AnOldTableWithoutRealmIsNotTakenForTheNewOne) {
  const std::string path = folder().file("early.db");
  execute(path, "CREATE TABLE turnusers_lt (name varchar(512) PRIMARY KEY, hmackey char(32))");
  const auto prepared = open(path)->prepare();
  ASSERT_FALSE(prepared);
  EXPECT_NE(prepared.error().text.find("turnadmin import"), std::string::npos);
}

TEST(SqliteStore, ItsFeedSeesOtherProgramsButNotEveryCredential) {
  const std::string path = folder().file("feed.db");
  const auto store = open(path);
  ASSERT_TRUE(store->prepare());
  const auto feed = store->changes();
  EXPECT_FALSE(feed->wait(milliseconds(50)).value());
  const CredentialRecord issued{"9:u", "u", "", "", "", "", 1, 9};
  ASSERT_TRUE(store->put(Table::kCredential, to_row(issued)));
  EXPECT_FALSE(feed->wait(milliseconds(100)).value());
  execute(path, "INSERT INTO turnusers_lt VALUES ('r', 'new', '00')");
  EXPECT_TRUE(feed->wait(milliseconds(5000)).value());
  EXPECT_FALSE(feed->wait(milliseconds(50)).value());
  execute(path, "DELETE FROM turnusers_lt");
  EXPECT_TRUE(feed->wait(milliseconds(5000)).value());
}

// Whoever opens and closes a file drops every lock that his process has on it; another program
// would take itself for the last one then, and throw the write-ahead log away.
TEST(SqliteStore, OpeningItOnceMoreTakesNoLocksAway) {
  const std::string path = folder().file("locks.db");
  const auto store = open(path);
  ASSERT_TRUE(store->prepare());
  const auto feed = store->changes();
  ASSERT_TRUE(open(path)->prepare());
  const pid_t other = ::fork();
  ASSERT_GE(other, 0);
  if (other == 0) {
    sqlite3* database = nullptr;
    const bool done = sqlite3_open(path.c_str(), &database) == SQLITE_OK &&
                      sqlite3_exec(database, "INSERT INTO turn_secret VALUES ('r', 's')", nullptr,
                                   nullptr, nullptr) == SQLITE_OK &&
                      sqlite3_close(database) == SQLITE_OK;
    ::_exit(done ? 0 : 1);
  }
  int status = 1;
  ASSERT_EQ(::waitpid(other, &status, 0), other);
  ASSERT_EQ(status, 0);
  EXPECT_TRUE(std::filesystem::exists(path + "-wal"));
  EXPECT_TRUE(feed->wait(milliseconds(5000)).value());
}

TEST(SqliteStore, ItsFeedMissesNothing) {
  const std::string path = folder().file("often.db");
  const auto store = open(path);
  ASSERT_TRUE(store->prepare());
  const auto reader = open(path);
  const auto feed = store->changes();
  for (int i = 0; i < 100; ++i) {
    execute(path,
            i % 2 == 0 ? "INSERT INTO turn_secret VALUES ('r', 's')" : "DELETE FROM turn_secret");
    ASSERT_TRUE(feed->wait(milliseconds(5000)).value()) << i;
    ASSERT_EQ(list_secrets(*reader, "r")->size(), i % 2 == 0 ? 1U : 0U) << i;
  }
}

TEST(SqliteStore, AFeedThatFindsItsFileLateSaysSo) {
  const std::string path = folder().file("late.db");
  const auto store = open(path);
  const auto feed = store->changes();
  EXPECT_FALSE(feed->wait(milliseconds(10)).has_value());
  ASSERT_TRUE(store->prepare());
  EXPECT_TRUE(feed->wait(milliseconds(5000)).value());
  EXPECT_FALSE(feed->wait(milliseconds(50)).value());
}

}  // namespace
}  // namespace turnpike::credentials
