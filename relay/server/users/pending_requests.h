// Requests whose user the store is being asked for: kept as they came, handed in again with the
// answer. Bounded in number, bytes and time; only requests with a proven address come here. One
// shard's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "base/time.h"
#include "relay/turn/ids.h"

namespace turnpike::server {

struct PendingRequest {
  turn::ClientPath from;
  std::vector<std::uint8_t> message;
  MonotonicTime since{};
};

class PendingRequests {
 public:
  static constexpr std::size_t kMaxRequests = 1024;
  static constexpr std::size_t kMaxBytes = 1 << 20;
  /// Clients have given up by then (RFC 8489 section 6.2.1: 39.5 s), or sent the request again.
  static constexpr seconds kMaxAge{10};

  enum class Kept : std::uint8_t {
    kFirst,   // nobody waits for this user yet: ask the store
    kAlso,    // the store has been asked
    kTwice,   // a retransmission of a request that is kept
    kNoRoom,  // dropped
  };
  Kept keep(std::string_view user, const turn::ClientPath& from, Bytes message, MonotonicTime now);
  /// The requests of that user, which are not kept any longer.
  std::vector<PendingRequest> take(std::string_view user);
  /// The client has gone.
  void forget(const FiveTuple& tuple);
  /// Returns how many were given up.
  std::size_t expire(MonotonicTime now);

  std::size_t size() const { return count_; }

 private:
  template <class Condition>
  std::size_t erase_where(Condition condition);

  // Ordered, so that no choice of names makes a lookup slow.
  std::map<std::string, std::vector<PendingRequest>, std::less<>> by_user_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace turnpike::server
