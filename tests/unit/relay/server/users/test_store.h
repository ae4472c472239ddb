// A store for tests of what stands around stores: rows in memory, and failures on demand.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "credentials/store/memory_store.h"
#include "credentials/store/records.h"

namespace turnpike::server {

/// What all handles of one test share.
struct TestStoreControl {
  std::atomic<bool> fails{false};
  std::atomic<bool> has_feed{true};
  std::atomic<int> selects{0};
  std::function<void()> before_select = [] {};
};

class TestStore final : public credentials::Store {
 public:
  TestStore(std::string name, TestStoreControl& control)
      : rows_(credentials::open_memory_store(name)), control_(control) {}

  using Store::put;
  std::string_view name() const override { return "test"; }
  credentials::StoreResult<void> prepare() override {
    if (control_.fails) return fail(failure());
    return {};
  }
  credentials::StoreResult<void> put(credentials::Table table,
                                     std::span<const credentials::Row> rows) override {
    return rows_->put(table, rows);
  }
  credentials::StoreResult<std::uint64_t> erase(credentials::Table table,
                                                const credentials::Match& match) override {
    return rows_->erase(table, match);
  }
  credentials::StoreResult<std::uint64_t> erase_below(credentials::Table table, std::size_t column,
                                                      std::int64_t bound) override {
    return rows_->erase_below(table, column, bound);
  }
  credentials::StoreResult<std::vector<credentials::Row>> select(credentials::Table table,
                                                                 const credentials::Match& match,
                                                                 std::size_t limit) override {
    control_.before_select();
    ++control_.selects;
    if (control_.fails) return fail(failure());
    return rows_->select(table, match, limit);
  }
  std::unique_ptr<credentials::ChangeFeed> changes() override {
    return control_.has_feed ? std::make_unique<Feed>(rows_->changes(), control_) : nullptr;
  }

 private:
  class Feed final : public credentials::ChangeFeed {
   public:
    Feed(std::unique_ptr<credentials::ChangeFeed> feed, TestStoreControl& control)
        : feed_(std::move(feed)), control_(control) {}
    credentials::StoreResult<bool> wait(milliseconds timeout) override {
      auto told = feed_->wait(timeout);
      if (control_.fails) return fail(failure());
      return told;
    }
    void interrupt() override { feed_->interrupt(); }

   private:
    std::unique_ptr<credentials::ChangeFeed> feed_;
    TestStoreControl& control_;
  };

  static credentials::StoreError failure() {
    return {credentials::StoreFailure::kUnavailable, "told to fail"};
  }

  std::unique_ptr<credentials::Store> rows_;
  TestStoreControl& control_;
};

}  // namespace turnpike::server
