#include "relay/server/users/pending_requests.h"

#include <algorithm>
#include <utility>

namespace turnpike::server {

PendingRequests::Kept PendingRequests::keep(std::string_view user, const turn::ClientPath& from,
                                            Bytes message, MonotonicTime now) {
  const auto at = by_user_.find(user);
  if (at != by_user_.end()) {
    const auto same = [&](const PendingRequest& request) {
      return request.from.tuple == from.tuple &&
             std::equal(request.message.begin(), request.message.end(), message.begin(),
                        message.end());
    };
    if (std::any_of(at->second.begin(), at->second.end(), same)) return Kept::kTwice;
  }
  if (count_ >= kMaxRequests || bytes_ + message.size() > kMaxBytes) return Kept::kNoRoom;
  ++count_;
  bytes_ += message.size();
  auto& requests = at != by_user_.end() ? at->second : by_user_[std::string(user)];
  requests.push_back({from, {message.begin(), message.end()}, now});
  return requests.size() == 1 ? Kept::kFirst : Kept::kAlso;
}

std::vector<PendingRequest> PendingRequests::take(std::string_view user) {
  const auto at = by_user_.find(user);
  if (at == by_user_.end()) return {};
  std::vector<PendingRequest> requests = std::move(at->second);
  by_user_.erase(at);
  count_ -= requests.size();
  for (const PendingRequest& request : requests) bytes_ -= request.message.size();
  return requests;
}

template <class Condition>
std::size_t PendingRequests::erase_where(Condition condition) {
  std::size_t gone = 0;
  for (auto at = by_user_.begin(); at != by_user_.end();) {
    gone += std::erase_if(at->second, [&](const PendingRequest& request) {
      if (!condition(request)) return false;
      bytes_ -= request.message.size();
      return true;
    });
    at = at->second.empty() ? by_user_.erase(at) : std::next(at);
  }
  count_ -= gone;
  return gone;
}

void PendingRequests::forget(const FiveTuple& tuple) {
  erase_where([&](const PendingRequest& request) { return request.from.tuple == tuple; });
}

std::size_t PendingRequests::expire(MonotonicTime now) {
  return erase_where(
      [now](const PendingRequest& request) { return now - request.since > kMaxAge; });
}

}  // namespace turnpike::server
