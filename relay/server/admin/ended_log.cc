#include "relay/server/admin/ended_log.h"

#include <algorithm>

namespace turnpike::server {

void EndedLog::add(const turn::AllocationDeleted& what, WallTime now) {
  const std::lock_guard lock(mutex_);
  ++last_;
  EndedSession& slot = ring_[last_ % ring_.size()];
  slot.number = last_;
  slot.ended_s = unix_seconds(now);
  slot.what = what;
}

EndedSessions EndedLog::after(std::uint64_t number, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  EndedSessions found;
  found.last = last_;
  // Somebody who has seen more than there was has seen another process.
  std::uint64_t next = number > last_ ? 1 : number + 1;
  const std::uint64_t oldest = last_ > ring_.size() ? last_ - ring_.size() + 1 : 1;
  if (next < oldest) {
    found.lost = oldest - next;
    next = oldest;
  }
  has_reader_ = true;
  read_up_to_ = next - 1;
  read_.notify_all();
  for (; next <= last_ && found.sessions.size() < limit; ++next) {
    found.sessions.push_back(ring_[next % ring_.size()]);
  }
  return found;
}

void EndedLog::wait_for_reader(milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (!has_reader_) return;
  read_.wait_for(lock, patience, [this] { return read_up_to_ >= last_; });
}

std::string_view close_reason_word(turn::CloseReason reason) {
  switch (reason) {
    case turn::CloseReason::kExpired:
      return "expired";
    case turn::CloseReason::kRefreshedToZero:
      return "deleted";
    case turn::CloseReason::kClientGone:
      return "client_gone";
    case turn::CloseReason::kRelaySocketLost:
      return "socket_lost";
    case turn::CloseReason::kKilled:
      return "killed";
    case turn::CloseReason::kRevoked:
      return "revoked";
    case turn::CloseReason::kShutdown:
      break;
  }
  return "shutdown";
}

}  // namespace turnpike::server
