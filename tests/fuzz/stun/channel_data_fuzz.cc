// Any bytes as a datagram of ChannelData; the data it carries then goes the other way, into a Data
// indication that must read back as the same data from the same peer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "relay/stun/channel_data.h"
#include "relay/stun/classify.h"
#include "relay/stun/data_indication.h"

namespace turnpike::stun {
namespace {

constexpr std::size_t kHeadroom = 48;

/// A peer that depends on the input: either family, any port.
Endpoint peer_from(std::uint16_t number, Bytes data) {
  std::array<std::uint8_t, 16> ip{};
  std::copy_n(data.begin(), std::min(data.size(), ip.size()), ip.begin());
  const bool v4 = number % 2 == 0;
  return {v4 ? IpAddress::v4(load_be32(ip.data())) : IpAddress::v6(ip), number};
}

void relay_back(const ChannelData& in) {
  const Endpoint peer = peer_from(in.number, in.data);
  const std::size_t prefix = data_indication_prefix_size(peer.ip.family());
  std::vector<std::uint8_t> packet(kHeadroom + in.data.size() + 3, 0xcc);
  std::copy(in.data.begin(), in.data.end(), packet.begin() + kHeadroom);
  const TransactionId id{};
  const std::size_t size =
      write_data_indication(packet.data() + kHeadroom, in.data.size(), peer, id);
  if (size == 0) {
    CHECK(in.data.size() > max_data_indication_payload(peer.ip.family()));
    return;
  }
  const auto view = MessageView::parse(Bytes(packet).subspan(kHeadroom - prefix, size));
  CHECK(view && view->method() == Method::kData);
  const auto peer_value = view->find(AttributeType::kXorPeerAddress);
  CHECK(peer_value && decode_xor_address(*peer_value, id) == peer);
  const auto data = view->find(AttributeType::kData);
  CHECK(data && std::equal(data->begin(), data->end(), in.data.begin(), in.data.end()));
}

void one_datagram(Bytes input) {
  const auto parsed = parse_channel_data(input);
  if (!parsed) return;
  CHECK(classify(input) == PacketKind::kChannelData);
  CHECK(parsed->data.size() + kChannelHeaderSize <= input.size());
  std::array<std::uint8_t, kChannelHeaderSize> header{};
  write_channel_header(header.data(), parsed->number, parsed->data.size());
  CHECK(std::equal(header.begin(), header.end(), input.begin()));
  relay_back(*parsed);
}

}  // namespace
}  // namespace turnpike::stun

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  turnpike::stun::one_datagram({data, size});
  return 0;
}
