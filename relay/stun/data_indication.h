// The header of a Data indication, written in front of data that is already in place (RFC 8656
// section 11.4), so the payload is never copied.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "relay/stun/message.h"

namespace turnpike::stun {

/// STUN header, XOR-PEER-ADDRESS, DATA header: 36 bytes for an IPv4 peer, 48 for an IPv6 one.
constexpr std::size_t data_indication_prefix_size(AddressFamily family) {
  return family == AddressFamily::kIpv4 ? 36 : 48;
}

/// The longest data that the length field of a STUN header leaves room for. More than any UDP
/// datagram over IPv4 carries; an IPv6 peer can send up to 65527 bytes.
constexpr std::size_t max_data_indication_payload(AddressFamily family) {
  return 0xfffc - (data_indication_prefix_size(family) - kHeaderSize);
}

/// Writes the prefix so that it ends at `payload` (the bytes before it belong to the caller's
/// headroom), and up to three zero bytes of padding behind `payload + length`. Returns the whole
/// message's size; it starts at payload - prefix size.
/// Writes nothing and returns 0 when `length` is more than max_data_indication_payload().
std::size_t write_data_indication(std::uint8_t* payload, std::size_t length, const Endpoint& peer,
                                  const TransactionId& id);

}  // namespace turnpike::stun
