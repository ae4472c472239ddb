#include "credentials/store/memory_store.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

namespace turnpike::credentials {
namespace {

/// What the stores of one name share.
struct Shelf {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<Table, std::map<Row, Row>> rows;  // by their key columns
  std::uint64_t version = 0;
};

std::shared_ptr<Shelf> find_shelf(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<Shelf>, std::less<>> shelves;
  const std::lock_guard lock(mutex);
  std::weak_ptr<Shelf>& place = shelves[std::string(name)];
  std::shared_ptr<Shelf> shelf = place.lock();
  if (!shelf) place = shelf = std::make_shared<Shelf>();
  return shelf;
}

bool fits(const Row& row, const Match& match) {
  return std::all_of(match.begin(), match.end(), [&row](const auto& condition) {
    return condition.first < row.size() && row[condition.first] == condition.second;
  });
}

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class MemoryFeed final : public ChangeFeed {
 public:
  explicit MemoryFeed(std::shared_ptr<Shelf> shelf) : shelf_(std::move(shelf)) {
    const std::lock_guard lock(shelf_->mutex);
    seen_ = shelf_->version;
  }

  StoreResult<bool> wait(milliseconds timeout) override {
    std::unique_lock lock(shelf_->mutex);
    shelf_->changed.wait_for(lock, timeout,
                             [this] { return interrupted_ || shelf_->version != seen_; });
    interrupted_ = false;
    return std::exchange(seen_, shelf_->version) != shelf_->version;
  }

  void interrupt() override {
    const std::lock_guard lock(shelf_->mutex);
    interrupted_ = true;
    shelf_->changed.notify_all();
  }

 private:
  std::shared_ptr<Shelf> shelf_;
  std::uint64_t seen_ = 0;
  bool interrupted_ = false;
};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(std::shared_ptr<Shelf> shelf) : shelf_(std::move(shelf)) {}

  std::string_view name() const override { return "memory"; }
  StoreResult<void> prepare() override { return {}; }

  StoreResult<void> put(Table table, std::span<const Row> rows) override {
    for (const Row& row : rows) {
      if (auto checked = check_row(table, row); !checked) return checked;
    }
    const std::lock_guard lock(shelf_->mutex);
    for (const Row& row : rows) {
      const auto keys = static_cast<std::ptrdiff_t>(shape_of(table).key_columns);
      shelf_->rows[table][Row(row.begin(), row.begin() + keys)] = row;
    }
    if (!rows.empty()) note_change(table);
    return {};
  }

  StoreResult<std::uint64_t> erase(Table table, const Match& match) override {
    return erase_where(table, [&match](const Row& row) { return fits(row, match); });
  }

  StoreResult<std::uint64_t> erase_below(Table table, std::size_t column,
                                         std::int64_t bound) override {
    return erase_where(table, [=](const Row& row) { return number(row[column]) < bound; });
  }

  StoreResult<std::vector<Row>> select(Table table, const Match& match,
                                       std::size_t limit) override {
    const std::lock_guard lock(shelf_->mutex);
    std::vector<Row> found;
    for (const auto& [key, row] : shelf_->rows[table]) {
      if (found.size() >= limit) break;
      if (fits(row, match)) found.push_back(row);
    }
    return found;
  }

  std::unique_ptr<ChangeFeed> changes() override { return std::make_unique<MemoryFeed>(shelf_); }

 private:
  template <class Condition>
  std::uint64_t erase_where(Table table, Condition condition) {
    const std::lock_guard lock(shelf_->mutex);
    const std::uint64_t gone = std::erase_if(
        shelf_->rows[table], [&](const auto& entry) { return condition(entry.second); });
    if (gone > 0) note_change(table);
    return gone;
  }

  void note_change(Table table) {
    if (!shape_of(table).watched) return;
    ++shelf_->version;
    shelf_->changed.notify_all();
  }

  std::shared_ptr<Shelf> shelf_;
};

}  // namespace

std::unique_ptr<Store> open_memory_store(std::string_view name) {
  return std::make_unique<MemoryStore>(find_shelf(name));
}

}  // namespace turnpike::credentials
