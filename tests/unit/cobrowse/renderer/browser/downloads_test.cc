#include "cobrowse/renderer/browser/downloads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::browser {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DownloadsTest : public testing::Test {
 protected:
  void make(const DownloadSettings& settings) {
    downloads_.emplace(
        settings,
        Downloads::Events{.cancel = [this](const std::string& id) { cancelled_.push_back(id); },
                          .remove = [this](const std::string& p) { removed_.push_back(p); },
                          .on_done = [this](const Download& one) { done_.push_back(one); },
                          .on_notice = [this](const std::string& t) { notices_.push_back(t); }});
  }
  void SetUp() override { make({.folder = "/f", .max_bytes = 100, .private_host = "own.test"}); }
  void begin(const std::string& id, const std::string& url = "https://a.test/x") {
    downloads_->on_begin({{"guid", id}, {"url", url}, {"suggestedFilename", "x.zip"}});
  }
  void progress(const std::string& id, const std::string& state, double received = 1,
                double total = 0) {
    downloads_->on_progress(
        {{"guid", id}, {"state", state}, {"receivedBytes", received}, {"totalBytes", total}});
  }
  std::optional<Downloads> downloads_;
  std::vector<std::string> cancelled_, removed_, notices_;
  std::vector<Download> done_;
};

TEST_F(DownloadsTest, OneThatIsCompleteIsHandedOn) {
  begin("ab-1");
  progress("ab-1", "inProgress", 50, 100);
  EXPECT_THAT(done_, IsEmpty());
  progress("ab-1", "completed", 100, 100);
  ASSERT_THAT(done_, SizeIs(1));
  EXPECT_EQ(done_[0].name, "x.zip");
  EXPECT_EQ(done_[0].path, "/f/ab-1");
  progress("ab-1", "completed", 100, 100);
  EXPECT_THAT(done_, SizeIs(1)) << "once";
  EXPECT_THAT(notices_, IsEmpty());
}

TEST_F(DownloadsTest, WithoutAFolderAllAreRefused) {
  make({});
  EXPECT_EQ(downloads_->behavior().at("behavior"), "deny");
  begin("ab-1");
  EXPECT_THAT(cancelled_, ElementsAre("ab-1"));
  EXPECT_THAT(notices_, ElementsAre("a download was refused: x.zip: files are not kept here"));
  progress("ab-1", "completed");
  EXPECT_THAT(done_, IsEmpty());
}

TEST_F(DownloadsTest, TheBrowserNamesThem) {
  EXPECT_EQ(downloads_->behavior().at("behavior"), "allowAndName");
  EXPECT_EQ(downloads_->behavior().at("downloadPath"), "/f");
  for (const std::string id : {"", "../x", "a/b", "x y"}) {
    begin(id);
    progress(id, "completed");
  }
  begin(std::string(65, 'a'));
  EXPECT_THAT(done_, IsEmpty());
}

TEST_F(DownloadsTest, BigOnesAreBrokenOff) {
  begin("a");
  progress("a", "inProgress", 1, 101);
  begin("b");
  progress("b", "inProgress", 101, 0);
  EXPECT_THAT(cancelled_, ElementsAre("a", "b"));
  EXPECT_THAT(notices_, SizeIs(2));
  EXPECT_EQ(notices_[0], "a download was refused: x.zip: it is too big");
  progress("a", "completed", 101, 101);
  EXPECT_THAT(done_, IsEmpty());
}

TEST_F(DownloadsTest, WhatIsCompleteBeforeItIsRefusedIsRemoved) {
  begin("a");
  progress("a", "completed", 101, 101);
  EXPECT_THAT(removed_, ElementsAre("/f/a"));
  EXPECT_THAT(notices_, SizeIs(1));
  progress("a", "completed", 101, 101);
  begin("b", "file:///etc/x");
  progress("b", "completed", 1, 1);
  EXPECT_THAT(removed_, ElementsAre("/f/a", "/f/b"));
  begin("c", "file:///etc/x");
  progress("c", "canceled");
  progress("c", "completed");
  progress("d", "completed");
  EXPECT_THAT(removed_, SizeIs(2)) << "what was never refused is not ours";
  EXPECT_THAT(done_, IsEmpty());
}

TEST_F(DownloadsTest, FewRunAtOnce) {
  for (const std::string id : {"a", "b", "c", "d"}) begin(id);
  EXPECT_THAT(cancelled_, ElementsAre("d"));
  progress("a", "canceled");
  EXPECT_EQ(notices_.back(), "a download was not completed: x.zip");
  begin("e");
  EXPECT_THAT(cancelled_, ElementsAre("d"));
}

TEST_F(DownloadsTest, OnlyWhatIsOfAPage) {
  for (const std::string url :
       {"http://own.test/x", "blob:http://own.test/1", "chrome-extension://x/y", "file:///etc/x",
        "blob:chrome-extension://x/y", ""}) {
    begin("a", url);
  }
  EXPECT_THAT(cancelled_, SizeIs(6));
  for (const std::string url : {"http://other.test/x", "blob:https://a.test/1", "data:x,y"}) {
    begin("b", url);
    progress("b", "completed");
  }
  EXPECT_THAT(cancelled_, SizeIs(6));
  EXPECT_THAT(done_, SizeIs(3));
}

}  // namespace
}  // namespace turnpike::browser
