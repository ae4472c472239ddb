// What the feed of a SQLite file makes of writes by other programs. What every feed promises is in
// store_conformance.cc.
#include "credentials/store/sqlite_feed.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "credentials/store/sqlite_connection.h"
#include "tests/support/throwaway_server.h"

namespace turnpike::credentials {
namespace {

class Lines final : public log::Sink {
 public:
  Lines() { log::install(this); }
  ~Lines() override { log::install(nullptr); }
  void write(log::Level, std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

class SqliteFeed : public ::testing::Test {
 protected:
  /// As another program, whose triggers of ours run in its own SQLite.
  void run(const std::string& sql) {
    const test::ProgramResult result = test::run_program({"sqlite3", path_, sql});
    ASSERT_EQ(result.status, 0) << result.output;
  }
  std::unique_ptr<ChangeFeed> open() {
    auto feed = make_sqlite_feed(path_, milliseconds(100), told_);
    while (feed->wait(milliseconds(100)).value_or(false)) continue;
    return feed;
  }
  std::shared_ptr<std::atomic<bool>> told_ = std::make_shared<std::atomic<bool>>(false);
  test::TemporaryFolder folder_;
  std::string path_ = folder_.path() + "/turndb";
};

constexpr milliseconds kSoon{5000};
constexpr milliseconds kShort{150};

TEST_F(SqliteFeed, CountsEachKindOfWriteToAWatchedTable) {
  const auto feed = open();
  for (const char* sql : {"INSERT INTO turn_secret VALUES ('r', 'v')",
                          "INSERT OR REPLACE INTO turn_secret VALUES ('r', 'v')",
                          "UPDATE turn_secret SET value = 'w'", "DELETE FROM turn_secret"}) {
    run(sql);
    EXPECT_EQ(feed->wait(kSoon), true) << sql;
    EXPECT_EQ(feed->wait(milliseconds(0)), false) << sql;
  }
  for (const char* sql : {"CREATE TABLE other (a)", "INSERT INTO other VALUES (1)",
                          "DELETE FROM turn_secret WHERE realm = 'none'"}) {
    run(sql);
    EXPECT_EQ(feed->wait(kShort), false) << sql;
  }
}

TEST_F(SqliteFeed, WithoutOneOfItsTriggersAnyWriteIsAChange) {
  const auto feed = open();
  run("DROP TRIGGER turnpike_changed_turn_secret_INSERT");
  EXPECT_EQ(feed->wait(kSoon), true);
  run("CREATE TABLE other (a)");
  EXPECT_EQ(feed->wait(kSoon), true);
  run("INSERT INTO turn_secret VALUES ('r', 'v')");
  EXPECT_EQ(feed->wait(kSoon), true);
  const auto next = open();  // makes it again
  run("INSERT INTO other VALUES (1)");
  EXPECT_EQ(next->wait(kShort), false);
  run("INSERT INTO turn_secret VALUES ('r', 'w')");
  EXPECT_EQ(next->wait(kSoon), true);
}

TEST_F(SqliteFeed, WhereItMayNotWriteAnyWriteIsAChangeAndItSaysSo) {
  const auto writer = make_sqlite_connection(path_, milliseconds(100));
  ASSERT_TRUE(writer->connect());
  ASSERT_TRUE(writer->run("CREATE TABLE turn_secret (realm, value)"));
  ASSERT_TRUE(writer->run("BEGIN IMMEDIATE"));  // as a file that cannot be written
  Lines log;
  const auto feed = make_sqlite_feed(path_, milliseconds(10), told_);
  ASSERT_NE(make_sqlite_feed(path_, milliseconds(10), told_), nullptr);
  ASSERT_EQ(log.lines.size(), 1U) << "once";
  EXPECT_NE(log.lines[0].find("locked"), std::string::npos) << log.lines[0];
  ASSERT_TRUE(writer->run("COMMIT"));
  EXPECT_EQ(feed->wait(kShort), false);
  run("CREATE TABLE other (a)");
  EXPECT_EQ(feed->wait(kSoon), true);
  EXPECT_EQ(log.lines.size(), 1U);
}

}  // namespace
}  // namespace turnpike::credentials
