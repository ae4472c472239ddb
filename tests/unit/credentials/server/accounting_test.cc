#include "credentials/server/accounting.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "credentials/store/memory_store.h"
#include "credentials/store/records.h"
#include "http/core/json.h"
#include "tests/unit/service/temp_folder.h"

namespace turnpike::credentials {
namespace {

using testing::HasSubstr;

boost::json::object answer(const std::string& instance, std::vector<int> numbers, int lost = 0) {
  boost::json::array ended;
  for (const int number : numbers) {
    ended.push_back(*http::parse_json(
        R"({"number":)" + std::to_string(number) +
        R"(,"id":"1","user":"60:alice","realm":"r","client":"c","transport":"UDP","relayed":[],)"
        R"("start":1,"end":2,"reason":"deleted","peers":[],"permissions":0,"usage":{)"
        R"("received_packets":1,"received_bytes":2,"sent_packets":3,"sent_bytes":4,)"
        R"("peer_received_packets":5,"peer_received_bytes":6,"peer_sent_packets":7,)"
        R"("peer_sent_bytes":8}})"));
  }
  return {{"instance", instance}, {"ended", ended}, {"next", 0}, {"lost", lost}};
}

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class AccountingTest : public testing::Test {
 protected:
  std::unique_ptr<Accounting> open() {
    auto opened = Accounting::open(
        settings_, {.kind = StoreKind::kMemory, .connection = Secret("accounting")});
    EXPECT_TRUE(opened) << opened.error();
    return *std::move(opened);
  }
  std::size_t rows() const {
    const std::string text = read(settings_.jsonl);
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
  }

  service::TempFolder folder_;
  AccountingSettings settings_{.csv = folder_.file("a.csv"), .jsonl = folder_.file("a.jsonl")};
};

TEST_F(AccountingTest, RowsAreJoinedAndWrittenToBoth) {
  const auto store = open_memory_store("accounting");
  CredentialRecord given;
  given.username = "60:alice";
  given.user = "alice";
  given.call_id = "c7";
  ASSERT_TRUE(store->put(Table::kCredential, to_row(given)));
  const auto accounts = open();
  EXPECT_TRUE(accounts->take("r", 0, answer("i", {1, 2})));
  EXPECT_FALSE(accounts->take("r", 2, answer("i", {})));
  EXPECT_EQ(rows(), 2U);
  EXPECT_THAT(read(settings_.jsonl), HasSubstr(R"("call_id":"c7")"));
  const std::string csv = read(settings_.csv);
  EXPECT_THAT(csv, testing::StartsWith("relay,instance,number,"));
  EXPECT_EQ(std::ranges::count(csv, '\n'), 3);
  struct ::stat status {};
  ASSERT_EQ(::stat(settings_.csv.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0137U, 0U) << "others read nothing";
  EXPECT_EQ(accounts->counts().rows, 2U);
}

TEST_F(AccountingTest, NothingTwiceOverAStart) {
  open()->take("r", 0, answer("i", {1, 2}));
  const auto accounts = open();
  EXPECT_EQ(accounts->position("r"), 2U);
  EXPECT_EQ(accounts->position("another"), 0U);
  EXPECT_TRUE(accounts->take("r", 1, answer("i", {2, 3}))) << "a row that came already";
  EXPECT_EQ(rows(), 3U);
}

TEST_F(AccountingTest, ARelayThatStartedAgainBeginsAtOne) {
  const auto accounts = open();
  accounts->take("r", 0, answer("i", {1, 2}));
  EXPECT_TRUE(accounts->take("r", 2, answer("j", {}))) << "asked again from the beginning";
  EXPECT_EQ(accounts->position("r"), 0U);
  EXPECT_TRUE(accounts->take("r", 0, answer("j", {1})));
  EXPECT_EQ(rows(), 3U);
}

TEST_F(AccountingTest, RowsBehindTheLastPositionAreCutOffAtTheStart) {
  open()->take("r", 0, answer("i", {1}));
  const std::string before = read(settings_.csv);
  std::ofstream(settings_.csv, std::ios::app) << "half a ro";
  std::ofstream(settings_.jsonl, std::ios::app) << "{}\n{\"ha";
  open();
  EXPECT_EQ(read(settings_.csv), before);
  EXPECT_EQ(rows(), 1U);
}

TEST_F(AccountingTest, AFileThatWasTakenAwayIsBegunAnew) {
  const auto accounts = open();
  accounts->take("r", 0, answer("i", {1}));
  std::filesystem::rename(settings_.csv, settings_.csv + ".1");
  EXPECT_TRUE(accounts->take("r", 1, answer("i", {2})));
  EXPECT_THAT(read(settings_.csv), testing::StartsWith("relay,"));
  EXPECT_EQ(rows(), 2U);
}

TEST_F(AccountingTest, AWriteThatFailsLosesNothing) {
  const auto accounts = open();
  std::filesystem::remove(settings_.jsonl);
  std::filesystem::create_directory(settings_.jsonl);  // cannot be opened for writing
  EXPECT_FALSE(accounts->take("r", 0, answer("i", {1})));
  EXPECT_EQ(accounts->position("r"), 0U);
  EXPECT_EQ(accounts->counts().failures, 1U);
  EXPECT_EQ(read(settings_.csv), "");
  std::filesystem::remove(settings_.jsonl);
  EXPECT_TRUE(accounts->take("r", 0, answer("i", {1})));
  EXPECT_EQ(rows(), 1U);
}

TEST_F(AccountingTest, WhatWasLostIsCounted) {
  const auto accounts = open();
  accounts->take("r", 0, answer("i", {9}, 8));
  EXPECT_EQ(accounts->counts().lost, 8U);
  EXPECT_FALSE(accounts->take("r", 9, {{"instance", "i"}})) << "an answer that makes no sense";
}

}  // namespace
}  // namespace turnpike::credentials
