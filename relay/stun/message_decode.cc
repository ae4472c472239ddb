// Decoders of attribute values, and the way back for addresses. Reserved bits are ignored, as the
// RFCs ask of a receiver; lengths are not.
#include <algorithm>

#include "relay/stun/message.h"

namespace turnpike::stun {
namespace {

/// What an address is XORed with: the cookie, then the transaction id (RFC 8489 section 14.2).
std::array<std::uint8_t, 16> xor_pad(const TransactionId& id) {
  std::array<std::uint8_t, 16> pad{};
  store_be32(pad.data(), id.cookie);
  std::copy(id.bytes.begin(), id.bytes.end(), pad.begin() + 4);
  return pad;
}

std::optional<Endpoint> decode_address_with(Bytes value, const std::array<std::uint8_t, 16>& pad) {
  if (value.size() != kAddressPrefixSize + 4 && value.size() != kAddressPrefixSize + 16) {
    return std::nullopt;
  }
  const bool v4 = value.size() == kAddressPrefixSize + 4;
  const auto family = static_cast<std::uint8_t>(v4 ? AddressFamily::kIpv4 : AddressFamily::kIpv6);
  if (value[1] != family) return std::nullopt;
  std::array<std::uint8_t, 16> ip{};
  for (std::size_t i = 0; i + kAddressPrefixSize < value.size(); ++i) {
    ip[i] = static_cast<std::uint8_t>(value[kAddressPrefixSize + i] ^ pad[i]);
  }
  const auto port = static_cast<std::uint16_t>(load_be16(value.data() + 2) ^ load_be16(pad.data()));
  return Endpoint{v4 ? IpAddress::v4(load_be32(ip.data())) : IpAddress::v6(ip), port};
}

void encode_address_with(std::uint8_t* value, const Endpoint& address,
                         const std::array<std::uint8_t, 16>& pad) {
  value[0] = 0;
  value[1] = static_cast<std::uint8_t>(address.ip.family());
  store_be16(value + 2, static_cast<std::uint16_t>(address.port ^ load_be16(pad.data())));
  const Bytes ip = address.ip.bytes();
  for (std::size_t i = 0; i < ip.size(); ++i) {
    value[kAddressPrefixSize + i] = static_cast<std::uint8_t>(ip[i] ^ pad[i]);
  }
}

}  // namespace

std::optional<Endpoint> decode_address(Bytes value) {
  return decode_address_with(value, {});
}

std::optional<Endpoint> decode_xor_address(Bytes value, const TransactionId& id) {
  return decode_address_with(value, xor_pad(id));
}

void encode_address(std::uint8_t* value, const Endpoint& address) {
  encode_address_with(value, address, {});
}

void encode_xor_address(std::uint8_t* value, const Endpoint& address, const TransactionId& id) {
  encode_address_with(value, address, xor_pad(id));
}

std::optional<std::uint32_t> decode_u32(Bytes value) {
  if (value.size() != 4) return std::nullopt;
  return load_be32(value.data());
}

std::optional<std::uint8_t> decode_leading_u8(Bytes value) {
  if (value.size() != 4) return std::nullopt;
  return value[0];
}

std::optional<ErrorValue> decode_error_code(Bytes value) {
  if (value.size() < 4) return std::nullopt;
  // RFC 8489 section 14.8: 21 reserved bits, the hundreds in three bits, the rest in eight.
  const unsigned hundreds = value[2] & 0x07U;
  const unsigned number = value[3];
  if (hundreds < 3 || hundreds > 6 || number > 99) return std::nullopt;
  return ErrorValue{static_cast<std::uint16_t>(hundreds * 100 + number), as_text(value.subspan(4))};
}

}  // namespace turnpike::stun
