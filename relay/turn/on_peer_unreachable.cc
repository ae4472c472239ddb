// ICMP errors on the way to the client (RFC 8656 section 11.5): a Data indication with an ICMP
// attribute in place of data.
#include "relay/turn/server_impl.h"

namespace turnpike::turn {
namespace {

constexpr std::uint8_t kV4Unreachable = 3;
constexpr std::uint8_t kV4TimeExceeded = 11;
constexpr std::uint8_t kV4FragmentationNeeded = 4;  // a code of kV4Unreachable
constexpr std::uint8_t kV6Unreachable = 1;
constexpr std::uint8_t kV6PacketTooBig = 2;
constexpr std::uint8_t kV6TimeExceeded = 3;

bool is_passed_on(AddressFamily family, std::uint8_t type) {
  if (family == AddressFamily::kIpv4) return type == kV4Unreachable || type == kV4TimeExceeded;
  return type == kV6Unreachable || type == kV6PacketTooBig || type == kV6TimeExceeded;
}

/// RFC 8656 section 18.13: the next hop's MTU where the error is about size, otherwise zero.
std::uint32_t error_data(AddressFamily family, std::uint8_t type, std::uint8_t code,
                         std::uint32_t data) {
  const bool about_size = family == AddressFamily::kIpv4
                              ? type == kV4Unreachable && code == kV4FragmentationNeeded
                              : type == kV6PacketTooBig;
  return about_size ? data : 0;
}

}  // namespace

void Server::Impl::on_peer_unreachable(const Now& now, AllocationHandle handle,
                                       const PeerAddress& peer, std::uint8_t icmp_type,
                                       std::uint8_t icmp_code, std::uint32_t icmp_data) {
  enter();
  Allocation* allocation = allocations_.find(handle);
  const AddressFamily family = peer.value.ip.family();
  if (allocation == nullptr || !allocation->live(now.monotonic)) return;
  const Permission* permission = allocation->permissions.find_live(peer.value.ip, now.monotonic);
  if (permission == nullptr || !is_passed_on(family, icmp_type)) return;

  Endpoint shown = peer.value;
  if (permission->shown_advertised) shown.ip = parts_.addresses.to_advertised(shown.ip);
  stun::MessageWriter message(outbox_.reply_space(), stun::MessageClass::kIndication,
                              stun::Method::kData, next_indication_id());
  message.add_xor_address(stun::AttributeType::kXorPeerAddress, shown);
  // Two reserved bytes, the type in 7 bits, the code in 9, four bytes of error data.
  std::array<std::uint8_t, 8> icmp{};
  store_be16(icmp.data() + 2, static_cast<std::uint16_t>((icmp_type << 9) | icmp_code));
  store_be32(icmp.data() + 4, error_data(family, icmp_type, icmp_code, icmp_data));
  message.add(stun::AttributeType::kIcmp, Bytes(icmp));
  const auto size = message.finish();
  if (!size) return drop(DropReason::kReplyTooLarge);
  outbox_.commit_reply(allocation->client, *size);
  note_sent(*allocation, *size);
}

}  // namespace turnpike::turn
