#include "credentials/server/issue_writer.h"

#include <gtest/gtest.h>

#include "credentials/store/memory_store.h"

namespace turnpike::credentials {
namespace {

constexpr milliseconds kPatience{10'000};

CredentialRecord record(int i) {
  return {.username = "100:" + std::to_string(i),
          .user = std::to_string(i),
          .session = "",
          .caller = "key",
          .origin = "",
          .call_id = "",
          .issued_s = 1,
          .expires_s = 100};
}

/// A store that is away until it is let.
class GatedStore final : public Store {
 public:
  GatedStore(std::unique_ptr<Store> inner, std::atomic<bool>& open)
      : inner_(std::move(inner)), open_(open) {}
  std::string_view name() const override { return "gated"; }
  StoreResult<void> prepare() override { return {}; }
  StoreResult<void> put(Table table, std::span<const Row> rows) override {
    if (!open_) return fail(StoreError{StoreFailure::kUnavailable, "away"});
    return inner_->put(table, rows);
  }
  StoreResult<std::uint64_t> erase(Table table, const Match& match) override {
    return inner_->erase(table, match);
  }
  StoreResult<std::uint64_t> erase_below(Table table, std::size_t column,
                                         std::int64_t bound) override {
    return inner_->erase_below(table, column, bound);
  }
  StoreResult<std::vector<Row>> select(Table table, const Match& match,
                                       std::size_t limit) override {
    return inner_->select(table, match, limit);
  }
  std::unique_ptr<ChangeFeed> changes() override { return nullptr; }

 private:
  std::unique_ptr<Store> inner_;
  std::atomic<bool>& open_;
};

TEST(IssueWriter, WritesWhatWasQueued) {
  const auto reader = open_memory_store("issue_writer_1");
  IssueWriter writer(open_memory_store("issue_writer_1"));
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(writer.add(record(i)));
  ASSERT_TRUE(writer.flush(kPatience));
  EXPECT_EQ(list_credentials(*reader, {}, 10'000)->size(), 5000u);
  EXPECT_EQ(writer.counts().written, 5000u);
  EXPECT_EQ(writer.counts().queued, 0u);
}

TEST(IssueWriter, AFullQueueTakesNoMoreUntilTheStoreIsBack) {
  std::atomic<bool> open{false};
  const auto reader = open_memory_store("issue_writer_2");
  IssueWriter writer(std::make_unique<GatedStore>(open_memory_store("issue_writer_2"), open), 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(writer.add(record(i)));
  EXPECT_FALSE(writer.add(record(3)));
  EXPECT_FALSE(writer.flush(milliseconds(10)));
  open = true;
  ASSERT_TRUE(writer.flush(kPatience));
  EXPECT_TRUE(writer.add(record(4)));
  ASSERT_TRUE(writer.flush(kPatience));
  EXPECT_EQ(list_credentials(*reader, {}, 10)->size(), 4u);
}

TEST(IssueWriter, WritesTheRestWhenItEnds) {
  const auto reader = open_memory_store("issue_writer_3");
  {
    IssueWriter writer(open_memory_store("issue_writer_3"));
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(writer.add(record(i)));
  }
  EXPECT_EQ(list_credentials(*reader, {}, 1000)->size(), 100u);
}

}  // namespace
}  // namespace turnpike::credentials
