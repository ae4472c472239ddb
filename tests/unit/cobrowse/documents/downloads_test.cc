// Downloads in the store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_world.h"

namespace turnpike::documents {
namespace {

using ::testing::SizeIs;

class StoredDownloads : public StoreWorld {
 protected:
  std::string keep(const std::string& name, const std::string& content) {
    const auto added = store_->add_download("s", name, as_bytes(content));
    EXPECT_TRUE(added) << added.error().text;
    return added ? added->id : "";
  }
};

TEST_F(StoredDownloads, AreOfAnyKind) {
  start();
  const std::string id = keep("../x.exe", "MZ\x90");
  const auto all = settled("s");
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].name, "x.exe");
  EXPECT_EQ(all[0].state, DocumentState::kKept);
  EXPECT_TRUE(all[0].is_download);
  EXPECT_EQ(store_->read("s", id, true)->content, "MZ\x90");
  EXPECT_FALSE(store_->read("s", id, false)) << "there is no PDF of it";
  EXPECT_TRUE(store_->remove("s", id));
}

TEST_F(StoredDownloads, WhatCanBeShownIsMadeReady) {
  start();
  const std::string id = keep("a.pdf", pdf(1));
  EXPECT_EQ(settled("s").at(0).state, DocumentState::kReady);
  EXPECT_EQ(store_->read("s", id, false)->content, pdf(1));
  EXPECT_EQ(store_->read("s", id, true)->content, pdf(1));
}

TEST_F(StoredDownloads, OneThatCannotBeConvertedIsKeptAllTheSame) {
  settings_.max_bytes = 10;
  settings_.session_factor = 2;
  if (!start_real()) GTEST_SKIP() << "no LibreOffice, pdfinfo or box here";
  const std::string id = keep("note.txt", "hello");  // its PDF is too big
  EXPECT_EQ(settled("s").at(0).state, DocumentState::kKept);
  EXPECT_EQ(settled("s").at(0).problem, "");
  EXPECT_EQ(store_->read("s", id, true)->content, "hello");
}

TEST_F(StoredDownloads, TakeHalfOfTheRoomAtMost) {
  settings_.max_documents = 4;
  settings_.max_bytes = 100;
  settings_.session_factor = 4;
  start();
  keep("a", "\x01");
  keep("b", "\x01");
  const auto third = store_->add_download("s", "c", as_bytes(std::string_view("\x01")));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().problem, AddProblem::kTooMany);
  EXPECT_FALSE(store_->may_add("s")) << "people may";
  store_->forget("s");
  keep("a", std::string(100, '\x01'));
  keep("b", std::string(100, '\x01'));
  store_->forget("s");
  keep("a", std::string(99, '\x01'));
  EXPECT_TRUE(store_->add_download("t", "a", as_bytes(std::string(100, '\x01'))));
  const auto big = store_->add_download("t", "b", as_bytes(std::string(101, '\x01')));
  ASSERT_FALSE(big);
  EXPECT_EQ(big.error().problem, AddProblem::kTooBig);
}

}  // namespace
}  // namespace turnpike::documents
