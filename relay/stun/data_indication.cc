// Written by hand and not through MessageWriter: it is filled in backwards from data that already
// lies in the buffer.
#include "relay/stun/data_indication.h"

#include <algorithm>

#include "relay/stun/channel_data.h"

namespace turnpike::stun {
namespace {

constexpr std::uint16_t kDataIndicationType = 0x0017;  // method Data, class indication

void write_header(std::uint8_t* at, std::size_t attributes_size, const TransactionId& id) {
  store_be16(at, kDataIndicationType);
  store_be16(at + 2, static_cast<std::uint16_t>(attributes_size));
  store_be32(at + 4, id.cookie);
  std::copy(id.bytes.begin(), id.bytes.end(), at + 8);
}

}  // namespace

std::size_t write_data_indication(std::uint8_t* payload, std::size_t length, const Endpoint& peer,
                                  const TransactionId& id) {
  const AddressFamily family = peer.ip.family();
  if (length > max_data_indication_payload(family)) return 0;
  const std::size_t prefix = data_indication_prefix_size(family);
  const std::size_t padding = padding_of(length);
  std::uint8_t* start = payload - prefix;
  write_header(start, prefix - kHeaderSize + length + padding, id);

  const std::size_t address_size = kAddressPrefixSize + peer.ip.bytes().size();
  std::uint8_t* address = start + kHeaderSize;
  store_be16(address, static_cast<std::uint16_t>(AttributeType::kXorPeerAddress));
  store_be16(address + 2, static_cast<std::uint16_t>(address_size));
  encode_xor_address(address + kAttributeHeaderSize, peer, id);

  std::uint8_t* data = address + kAttributeHeaderSize + address_size;
  store_be16(data, static_cast<std::uint16_t>(AttributeType::kData));
  store_be16(data + 2, static_cast<std::uint16_t>(length));
  std::fill_n(payload + length, padding, std::uint8_t{0});
  return prefix + length + padding;
}

}  // namespace turnpike::stun
