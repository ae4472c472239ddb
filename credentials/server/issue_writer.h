// Writes down which credentials were given out, on a thread of its own and many with one commit:
// a mint never waits for the disk. The queue has an end; past it nothing is minted.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/time.h"
#include "credentials/store/records.h"
#include "credentials/store/store.h"

namespace turnpike::credentials {

class IssueWriter {
 public:
  static constexpr std::size_t kMaxQueued = 20'000;
  static constexpr std::size_t kMaxBatch = 2'000;

  explicit IssueWriter(std::unique_ptr<Store> store, std::size_t max_queued = kMaxQueued);
  /// Writes what is queued, as long as the store takes it.
  ~IssueWriter();
  IssueWriter(const IssueWriter&) = delete;
  IssueWriter& operator=(const IssueWriter&) = delete;

  /// False: the queue is full. Any thread.
  bool add(const CredentialRecord& record);
  /// Waits until everything that was queued before is written; false when that takes too long.
  bool flush(milliseconds timeout);

  struct Counts {
    std::uint64_t written = 0;
    std::uint64_t failures = 0;  // batches that the store did not take; they are tried again
    std::size_t queued = 0;
  };
  Counts counts() const;

 private:
  void run();
  bool write(const std::vector<Row>& rows);

  const std::unique_ptr<Store> store_;
  const std::size_t max_queued_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable done_;
  std::vector<Row> queue_;
  std::size_t in_flight_ = 0;
  std::uint64_t added_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t failures_ = 0;
  bool store_is_away_ = false;  // said once in the log
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace turnpike::credentials
