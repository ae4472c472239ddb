// Allocate (RFC 8656 section 7.2), up to the wish for relay sockets. The answer is given in
// on_relay_socket.cc, when it is known how that went.
#include <algorithm>

#include "base/check.h"
#include "relay/turn/server_impl.h"

namespace turnpike::turn {
namespace {

using stun::ErrorCode;

constexpr std::uint8_t kIpProtocolUdp = 17;
/// What an allocation may move at once although it has a limit per second: one second's worth, and
/// at least one datagram of any size.
constexpr std::uint64_t kLeastBurst = 65536;

TokenBucket bucket_of(std::uint64_t bytes_per_s) {
  return {bytes_per_s, std::max(bytes_per_s, kLeastBurst)};
}

std::optional<AddressFamily> family_of(std::uint8_t value) {
  if (value == static_cast<std::uint8_t>(AddressFamily::kIpv4)) return AddressFamily::kIpv4;
  if (value == static_cast<std::uint8_t>(AddressFamily::kIpv6)) return AddressFamily::kIpv6;
  return std::nullopt;
}

AddressFamily other(AddressFamily family) {
  return family == AddressFamily::kIpv4 ? AddressFamily::kIpv6 : AddressFamily::kIpv4;
}

PortWish wish_of(const AllocateRequest& request) {
  if (request.token) return PortWish::kReserved;
  if (!request.even_port) return PortWish::kAny;
  return *request.even_port ? PortWish::kEvenAndNext : PortWish::kEven;
}

}  // namespace

void Server::Impl::on_allocate(Call& call, const AllocateRequest& request) {
  if (refuse_existing(call)) return;
  if (const auto error = check_allocate(request)) return refuse(call, *error);
  const auto families = choose_families(call, request);
  if (!families) return refuse(call, families.error());
  const auto begun = begin_allocation(call, granted_lifetime(request.lifetime_s));
  if (!begun) return refuse(call, begun.error());
  Allocation& allocation = **begun;
  allocation.pending = std::make_unique<PendingAllocate>(
      PendingAllocate{call.head.fingerprint, wish_of(request), call.reply.key});
  open_sides(allocation, *families, request);
}

/// RFC 8656 section 7.2, item 2: one allocation per 5-tuple; but a retransmission of the request
/// that made it is answered as the first time.
bool Server::Impl::refuse_existing(Call& call) {
  Allocation* existing = allocations_.find(call.from().tuple);
  if (existing == nullptr) return false;
  const bool again = existing->created_by == call.head.id && existing->user == call.caller.user;
  if (existing->opening() && again) {
    drop(DropReason::kNotYetOpen);
  } else if (existing->opening() || call.allocation != nullptr) {
    if (!again) {
      refuse(call, ErrorCode::kAllocationMismatch);
    } else if (may_answer(call)) {
      send_allocated(call.reply, *existing);
      note_answered(session_of(*existing), call.head.method, std::nullopt);
    }
  } else {
    // Expired, and its deadline has not been served yet.
    delete_allocation(*existing, CloseReason::kExpired);
    return false;
  }
  return true;
}

/// RFC 8656 section 7.2, items 3 to 7: what can be said from the request alone.
std::optional<ErrorCode> Server::Impl::check_allocate(const AllocateRequest& request) const {
  if (!request.transport) return ErrorCode::kBadRequest;
  if (*request.transport != kIpProtocolUdp || !policy_->udp_relay) {
    return ErrorCode::kUnsupportedTransport;
  }
  if (request.token && (request.even_port || request.family || request.additional_family)) {
    return ErrorCode::kBadRequest;
  }
  if (!request.additional_family) return std::nullopt;
  if (request.family || request.even_port == true ||
      family_of(*request.additional_family) != AddressFamily::kIpv6) {
    return ErrorCode::kBadRequest;
  }
  return std::nullopt;
}

bool Server::Impl::relays(AddressFamily family) const {
  return family == AddressFamily::kIpv4 ? policy_->relay_ipv4 : policy_->relay_ipv6;
}

/// A client that does not name a family gets one that there is.
AddressFamily Server::Impl::default_family(const ClientPath& client) const {
  AddressFamily family = AddressFamily::kIpv4;
  switch (policy_->default_family) {
    case DefaultFamily::kIpv4:
      break;
    case DefaultFamily::kIpv6:
      family = AddressFamily::kIpv6;
      break;
    case DefaultFamily::kKeep:
      family = client.tuple.client.value.ip.family();
      break;
  }
  return relays(family) ? family : other(family);
}

auto Server::Impl::choose_families(const Call& call, const AllocateRequest& request) const
    -> Result<Families, ErrorCode> {
  if (request.additional_family) {
    if (!policy_->relay_ipv4 && !policy_->relay_ipv6) {
      return fail(ErrorCode::kAddressFamilyNotSupported);
    }
    return Families{AddressFamily::kIpv4, true};
  }
  const std::optional<AddressFamily> family =
      request.family ? family_of(*request.family) : default_family(call.from());
  if (!family || !relays(*family)) return fail(ErrorCode::kAddressFamilyNotSupported);
  return Families{*family, false};
}

/// RFC 8656 section 7.2, item 8: quotas. From here on there is state, and only for the
/// authenticated.
Result<Allocation*, ErrorCode> Server::Impl::begin_allocation(const Call& call,
                                                              std::uint32_t lifetime_s) {
  const std::uint64_t bytes_per_s = policy_->limits.max_bytes_per_s;
  const Caller& caller = call.caller;
  if (parts_.quotas.acquire(policy_->realm, caller.quota_user, bytes_per_s) !=
      QuotaVerdict::kGranted) {
    return fail(ErrorCode::kAllocationQuotaReached);
  }
  Allocation* allocation = allocations_.create(call.from());
  if (allocation == nullptr) {
    parts_.quotas.release(policy_->realm, caller.quota_user, bytes_per_s);
    return fail(ErrorCode::kInsufficientCapacity);
  }
  allocation->session = SessionId{next_session_++};
  allocation->created_by = call.head.id;
  allocation->lifetime_s = lifetime_s;
  allocation->user = caller.user;
  allocation->realm = policy_->realm;
  if (!caller.quota_user.empty()) {
    const auto at = caller.quota_user.data() - caller.user.data();
    CHECK(at >= 0 && static_cast<std::size_t>(at) + caller.quota_user.size() <= caller.user.size());
    allocation->quota_user_at = static_cast<std::uint16_t>(at);
    allocation->quota_user_size = static_cast<std::uint16_t>(caller.quota_user.size());
  }
  allocation->known_key = caller.key;
  allocation->reserved_bytes_per_s = bytes_per_s;
  allocation->from_client = bucket_of(bytes_per_s);
  allocation->to_client = bucket_of(bytes_per_s);
  allocation->total.received_packets = 1;
  allocation->total.received_bytes = call.size;
  return allocation;
}

void Server::Impl::open_sides(Allocation& allocation, const Families& families,
                              const AllocateRequest& request) {
  allocation.sides[0].family = families.first;
  allocation.sides[0].state = RelaySide::State::kOpening;
  if (families.both) {
    allocation.sides[1].family = AddressFamily::kIpv6;
    allocation.sides[1].state = RelaySide::State::kOpening;
  }
  for (RelaySide& side : allocation.sides) {
    if (side.state != RelaySide::State::kOpening) continue;
    if (!relays(side.family)) {
      side.state = RelaySide::State::kFailed;
      side.error = ErrorCode::kAddressFamilyNotSupported;
      continue;
    }
    outbox_.push(OpenRelaySocket{.allocation = allocation.self,
                                 .family = side.family,
                                 .wish = wish_of(request),
                                 .token = request.token.value_or(ReservationToken{}),
                                 .arrived_at = allocation.client.tuple.server});
  }
}

}  // namespace turnpike::turn
