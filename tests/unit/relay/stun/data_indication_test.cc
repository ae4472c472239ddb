// The prefix written in front of data must be the message that MessageWriter would have written.
#include "relay/stun/data_indication.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "relay/stun/writer.h"
#include "tests/unit/relay/stun/raw_message.h"

namespace turnpike::stun {
namespace {

constexpr std::size_t kHeadroom = 64;
const TransactionId kId{{9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0xaa, 0xbb}, kMagicCookie};

std::vector<std::uint8_t> data_of(std::size_t size) {
  std::vector<std::uint8_t> data(size);
  std::iota(data.begin(), data.end(), std::uint8_t{1});
  return data;
}

/// A receive buffer with headroom, the data, and room for padding.
struct PacketBuffer {
  explicit PacketBuffer(const std::vector<std::uint8_t>& data)
      : bytes(kHeadroom + data.size() + 4, 0xcc) {
    std::copy(data.begin(), data.end(), bytes.begin() + kHeadroom);
  }
  std::uint8_t* payload() { return bytes.data() + kHeadroom; }
  std::vector<std::uint8_t> bytes;
};

std::vector<std::uint8_t> by_writer(const std::vector<std::uint8_t>& data, const Endpoint& peer) {
  std::vector<std::uint8_t> out(data.size() + 100);
  MessageWriter writer(out, MessageClass::kIndication, Method::kData, kId);
  writer.add_xor_address(AttributeType::kXorPeerAddress, peer);
  writer.add(AttributeType::kData, data);
  out.resize(writer.finish().value());
  return out;
}

TEST(DataIndication, EqualsTheWritersMessage) {
  for (const char* peer_text : {"192.0.2.7:5000", "[2001:db8::7]:65535"}) {
    const Endpoint peer = endpoint(peer_text);
    const std::size_t prefix = data_indication_prefix_size(peer.ip.family());
    for (const std::size_t size : {0U, 1U, 2U, 3U, 4U, 5U, 172U, 1400U, 65000U}) {
      const auto data = data_of(size);
      PacketBuffer buffer(data);
      const std::size_t total = write_data_indication(buffer.payload(), size, peer, kId);
      const Bytes message = Bytes(buffer.bytes).subspan(kHeadroom - prefix, total);
      EXPECT_EQ(copy_of(message), by_writer(data, peer)) << peer_text << " " << size;
      EXPECT_EQ(buffer.bytes[kHeadroom - prefix - 1], 0xcc);
      EXPECT_EQ(buffer.bytes.back(), 0xcc);
    }
  }
}

TEST(DataIndication, ReadsBackAsPeerAndData) {
  const auto data = data_of(7);
  PacketBuffer buffer(data);
  const Endpoint peer = endpoint("[2001:db8::7]:1");
  const std::size_t total = write_data_indication(buffer.payload(), data.size(), peer, kId);
  const auto view = MessageView::parse({buffer.payload() - 48, total});
  ASSERT_TRUE(view);
  EXPECT_EQ(view->method(), Method::kData);
  EXPECT_EQ(view->message_class(), MessageClass::kIndication);
  EXPECT_EQ(view->transaction_id(), kId);
  EXPECT_EQ(decode_xor_address(view->find(AttributeType::kXorPeerAddress).value(), kId), peer);
  EXPECT_EQ(copy_of(view->find(AttributeType::kData).value()), data);
}

TEST(DataIndication, LongestDataFitsAndOneMoreByteIsRefused) {
  for (const char* peer_text : {"192.0.2.7:5000", "[2001:db8::7]:5000"}) {
    const Endpoint peer = endpoint(peer_text);
    const std::size_t longest = max_data_indication_payload(peer.ip.family());
    const auto data = data_of(longest);
    PacketBuffer buffer(data);
    EXPECT_EQ(write_data_indication(buffer.payload(), longest, peer, kId), kHeaderSize + 65532);
    PacketBuffer too_long(data_of(longest + 1));
    const auto before = too_long.bytes;
    EXPECT_EQ(write_data_indication(too_long.payload(), longest + 1, peer, kId), 0U);
    EXPECT_EQ(too_long.bytes, before);
  }
}

TEST(DataIndication, AnyIpv4DatagramFits) {
  constexpr std::size_t kLargestUdpOverIpv4 = 65535 - 20 - 8;
  EXPECT_GE(max_data_indication_payload(AddressFamily::kIpv4), kLargestUdpOverIpv4);
}

}  // namespace
}  // namespace turnpike::stun
