#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_world.h"

namespace turnpike::documents {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace fs = std::filesystem;

using DocumentStoreRestart = StoreWorld;

TEST_F(DocumentStoreRestart, WhatIsReadyOfTheSessionsThatAreLeftOutlivesARestart) {
  start();
  const std::string first = add("s", "a \xc3\xa9.pdf", pdf(1)), second = add("s", "b", pdf(2));
  const std::string bare = add("bare", "c", pdf(1)), lost = add("s", "d", pdf(1));
  add("gone", "e", pdf(1));
  for (const char* const session : {"s", "bare", "gone"}) settled(session);
  store_.reset();
  fs::create_directory(folder_.path("outside"));
  folder_.write("outside/file", "kept");
  fs::create_directory_symlink(folder_.path("outside"), folder_.path("store/linked"));
  folder_.write("store/.converting", "half");
  folder_.write("store/s/" + std::string(32, 'a') + ".original", "was not ready");
  folder_.write("store/s/" + std::string(32, 'b') + ".note", "9 1 pdf\nno original\n");
  folder_.write("store/s/.note", "9 1 pdf\nno id\n");
  folder_.write("store/s/" + lost + ".note", "9 1 pdf\ncut");
  fs::remove(folder_.path("store/bare/" + bare + ".original"));
  fs::create_symlink(folder_.path("outside/file"),
                     folder_.path("store/bare/" + bare + ".original"));
  start();
  store_->keep_only({"s", "bare", "linked", "..", "other"});
  const auto kept = store_->list("s");
  ASSERT_THAT(kept, SizeIs(2));
  EXPECT_EQ(kept[0].id, first);
  EXPECT_EQ(kept[0].name, "a \xc3\xa9.pdf");
  EXPECT_EQ(kept[0].state, DocumentState::kReady);
  EXPECT_EQ(kept[1].id, second);
  EXPECT_EQ(store_->read("s", second, false)->content, pdf(2));
  EXPECT_THAT(store_->list("bare"), IsEmpty());
  EXPECT_THAT(folder_.names("store"), ElementsAre(kClaim, "s"));
  EXPECT_THAT(folder_.names("store/s"), SizeIs(4));
  EXPECT_THAT(folder_.names("outside"), ElementsAre("file"));
  const std::string third = add("s", "f", pdf(1));
  EXPECT_EQ(settled("s").back().id, third) << "the newest after a restart, too";
  store_->forget("s");
  EXPECT_THAT(folder_.names("store"), ElementsAre(kClaim));
}

TEST_F(DocumentStoreRestart, DownloadsAreStillWhatTheyWere) {
  start();
  const std::string odd("PK\x01\0\xff odd", 9);
  const auto kept = store_->add_download("s", "odd.bin", as_bytes(odd));
  const auto shown = store_->add_download("s", "a.pdf", as_bytes(pdf(1)));
  ASSERT_TRUE(kept && shown);
  settled("s");
  store_.reset();
  start();
  store_->keep_only({"s"});
  const auto all = store_->list("s");
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].state, DocumentState::kKept);
  EXPECT_EQ(all[1].state, DocumentState::kReady);
  EXPECT_TRUE(all[0].is_download && all[1].is_download);
  EXPECT_EQ(store_->read("s", kept->id, true)->content, odd);
  EXPECT_EQ(store_->read("s", shown->id, false)->content, pdf(1));
}

}  // namespace
}  // namespace turnpike::documents
