#include "credentials/server/issue_writer.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"

namespace turnpike::credentials {
namespace {

constexpr milliseconds kRetry{500};

}  // namespace

IssueWriter::IssueWriter(std::unique_ptr<Store> store, std::size_t max_queued)
    : store_(std::move(store)), max_queued_(max_queued), thread_([this] { run(); }) {}

IssueWriter::~IssueWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  thread_.join();
}

bool IssueWriter::add(const CredentialRecord& record) {
  Row row = to_row(record);
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() + in_flight_ >= max_queued_) return false;
    queue_.push_back(std::move(row));
    ++added_;
  }
  work_.notify_one();
  return true;
}

bool IssueWriter::flush(milliseconds timeout) {
  std::unique_lock lock(mutex_);
  const std::uint64_t target = added_;
  return done_.wait_for(lock, timeout, [&] { return written_ >= target; });
}

IssueWriter::Counts IssueWriter::counts() const {
  const std::lock_guard lock(mutex_);
  return {written_, failures_, queue_.size() + in_flight_};
}

void IssueWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(queue_.size(), kMaxBatch));
    const std::vector<Row> batch(queue_.begin(), queue_.begin() + count);
    queue_.erase(queue_.begin(), queue_.begin() + count);
    in_flight_ = batch.size();
    bool done = false;
    while (!done) {
      lock.unlock();
      done = write(batch);
      lock.lock();
      if (done) break;
      ++failures_;
      if (stopping_) return;
      work_.wait_for(lock, kRetry, [this] { return stopping_; });
    }
    written_ += batch.size();
    in_flight_ = 0;
    done_.notify_all();
  }
}

bool IssueWriter::write(const std::vector<Row>& rows) {
  const auto written = store_->put(Table::kCredential, rows);
  if (!written && written.error().failure == StoreFailure::kBadRow) {
    LOG(kError, "credentials that were given out cannot be listed: {}", written.error().text);
    return true;  // it would be as bad the next time
  }
  if (!written && !store_is_away_) {
    LOG(kError, "credentials that were given out wait to be written: {}", written.error().text);
  }
  if (written && store_is_away_) LOG(kInfo, "credentials that were given out are written again");
  store_is_away_ = !written;
  return written.has_value();
}

}  // namespace turnpike::credentials
