// One allocation (RFC 8656 section 5), as data. What may be done with it is in the on_*.cc files
// and route.cc. An idle one, without its tables' entries, stays within kMaxAllocationSize.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/token_bucket.h"
#include "credentials/core/authenticator.h"
#include "relay/stun/message.h"
#include "relay/turn/authentication.h"
#include "relay/turn/channel_table.h"
#include "relay/turn/ids.h"
#include "relay/turn/outbox.h"
#include "relay/turn/permission_table.h"

namespace turnpike::turn {

/// One of the (at most two) relayed transport addresses: IPv4 first.
struct RelaySide {
  enum class State : std::uint8_t { kUnused, kOpening, kOpen, kFailed };
  State state = State::kUnused;
  AddressFamily family = AddressFamily::kIpv4;
  stun::ErrorCode error{};  // only with kFailed
  RelaySocketId socket;
  RelayedAddress advertised;
};

/// What the answer to an Allocate needs once the sockets are there.
struct PendingAllocate {
  bool fingerprint = false;
  PortWish wish = PortWish::kAny;
  std::optional<ReplyKey> reply_key;
};

struct Allocation {
  Allocation(HashSeed seed, const ClientPath& path)
      : client(path), permissions(seed), channels(seed) {}

  // The data path reads these.
  ClientPath client;
  std::array<RelaySide, 2> sides;
  MonotonicTime expires{};
  PermissionTable permissions;
  ChannelTable channels;
  TokenBucket from_client;
  TokenBucket to_client;
  Usage total;
  std::uint32_t packets_since_report = 0;
  bool report_noted = false;

  // The control path only.
  AllocationHandle self;
  SessionId session;
  std::int64_t started_s = 0;  // seconds since the epoch
  std::uint32_t lifetime_s = 0;
  std::uint32_t permissions_installed = 0;  // beside those that were refreshed
  std::vector<IpAddress> peers;             // the first kMaxNotedPeers of them, for accounts
  stun::TransactionId created_by;
  std::string user;
  std::string realm;
  std::uint16_t quota_user_at = 0;  // the part of `user` that quotas count
  std::uint16_t quota_user_size = 0;
  KnownKey known_key;
  std::uint64_t reserved_bytes_per_s = 0;
  std::optional<ReservationToken> reservation;
  std::unique_ptr<Usage> reported;  // what `total` was at the last report
  std::unique_ptr<PendingAllocate> pending;

  bool opening() const { return pending != nullptr; }
  bool live(MonotonicTime now) const { return !opening() && now < expires; }
  std::string_view quota_user() const {
    return std::string_view(user).substr(quota_user_at, quota_user_size);
  }
  const RelaySide* open_side(AddressFamily family) const {
    for (const RelaySide& side : sides) {
      if (side.state == RelaySide::State::kOpen && side.family == family) return &side;
    }
    return nullptr;
  }
};

inline constexpr std::size_t kMaxAllocationSize = 768;
static_assert(sizeof(Allocation) <= kMaxAllocationSize);

}  // namespace turnpike::turn
