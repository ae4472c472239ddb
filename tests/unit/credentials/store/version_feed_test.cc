#include "credentials/store/version_feed.h"

#include <gtest/gtest.h>

#include <atomic>

namespace turnpike::credentials {
namespace {

/// A database that answers with a number, or is away.
struct Database {
  std::atomic<int> version{1};
  std::atomic<bool> away{false};
  std::atomic<int> questions{0};
};

class FakeConnection final : public SqlConnection {
 public:
  explicit FakeConnection(Database& database) : database_(database) {}
  std::string_view name() const override { return "fake"; }
  SqlDialect dialect() const override { return SqlDialect::kSqlite; }
  StoreResult<bool> connect() override {
    if (database_.away) return fail(StoreError{StoreFailure::kUnavailable, "away"});
    return !std::exchange(connected_, true);
  }
  using SqlConnection::run;
  SqlResult run(const std::string&, SqlValues) override {
    ++database_.questions;
    if (database_.away) return fail(SqlError{{StoreFailure::kUnavailable, "away"}});
    return SqlAnswer{{{std::to_string(database_.version)}}, 0};
  }
  void disconnect() override { connected_ = false; }

 private:
  Database& database_;
  bool connected_ = false;
};

class VersionFeed : public ::testing::Test {
 protected:
  std::unique_ptr<ChangeFeed> open() {
    const auto ask = [](SqlConnection& connection, bool) -> StoreResult<std::string> {
      const auto answer = connection.run("q");
      if (!answer) return fail(answer.error().error);
      return answer->rows[0][0];
    };
    return make_version_feed(std::make_unique<FakeConnection>(database_), ask, milliseconds(1));
  }
  Database database_;
};

TEST_F(VersionFeed, TellsOfAnotherVersionOnce) {
  const auto feed = open();
  EXPECT_EQ(feed->wait(milliseconds(0)), false);
  database_.version = 2;
  EXPECT_EQ(feed->wait(milliseconds(0)), true);
  EXPECT_EQ(feed->wait(milliseconds(0)), false);
}

TEST_F(VersionFeed, AsksAgainWhileItWaits) {
  const auto feed = open();
  EXPECT_EQ(feed->wait(milliseconds(20)), false);
  EXPECT_GT(database_.questions, 2);
}

TEST_F(VersionFeed, AfterAGapSomethingMayHaveChanged) {
  const auto feed = open();
  database_.away = true;
  EXPECT_FALSE(feed->wait(milliseconds(0)));
  EXPECT_FALSE(feed->wait(milliseconds(0)));
  database_.away = false;
  EXPECT_EQ(feed->wait(milliseconds(0)), true);
  EXPECT_EQ(feed->wait(milliseconds(0)), false);
}

TEST_F(VersionFeed, OneThatBeganWithoutADatabaseSaysSo) {
  database_.away = true;
  const auto feed = open();
  database_.away = false;
  EXPECT_EQ(feed->wait(milliseconds(0)), true);
}

}  // namespace
}  // namespace turnpike::credentials
