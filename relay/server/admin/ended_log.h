// The allocations that ended lately, for whoever keeps accounts: a ring of fixed length that the
// shards fill and the admin socket reads. One lock per ended allocation, none per packet.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "relay/turn/outbox.h"

namespace turnpike::server {

struct EndedSession {
  std::uint64_t number = 0;  // 1, 2, 3, … of this process
  std::int64_t ended_s = 0;
  turn::AllocationDeleted what;
};

struct EndedSessions {
  std::vector<EndedSession> sessions;  // those after the number that was asked for, oldest first
  std::uint64_t last = 0;              // the newest number there is
  std::uint64_t lost = 0;              // asked for, and overwritten since
};

class EndedLog {
 public:
  /// How many ended allocations stay to be read.
  static constexpr std::size_t kCapacity = 8192;

  explicit EndedLog(std::size_t capacity = kCapacity) : ring_(capacity) {}

  void add(const turn::AllocationDeleted& what, WallTime now);
  /// At most `limit` of them.
  EndedSessions after(std::uint64_t number, std::size_t limit);
  /// For the end of the process: gives a reader that was there lately the time to come once more,
  /// `patience` at most.
  void wait_for_reader(milliseconds patience);

 private:
  std::mutex mutex_;
  std::condition_variable read_;
  std::vector<EndedSession> ring_;
  std::uint64_t last_ = 0;
  std::uint64_t read_up_to_ = 0;  // what a reader has said to have
  bool has_reader_ = false;
};

/// "expired", "deleted", "client_gone", "socket_lost", "killed", "revoked", "shutdown"
std::string_view close_reason_word(turn::CloseReason reason);

}  // namespace turnpike::server
