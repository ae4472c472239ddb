// Published weaknesses of other STUN and TURN servers in message handling, one named test each:
// this room must not have them. The T numbers are those of the project's list of advisories.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "relay/crypto/openssl_digests.h"
#include "relay/stun/channel_data.h"
#include "relay/stun/data_indication.h"
#include "relay/stun/integrity.h"
#include "relay/stun/stream_framer.h"
#include "relay/stun/writer.h"
#include "tests/unit/relay/stun/raw_message.h"
#include "tests/vectors/rfc5769.h"

namespace turnpike::stun {
namespace {

constexpr std::uint8_t kDirty = 0xdb;

bool all_zero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

// Old content of the buffer must not leave in padding.
TEST(Advisories, T5_Cve2020_4067_PaddingIsZero) {
  for (std::size_t size = 0; size < 8; ++size) {
    std::vector<std::uint8_t> buffer(512, kDirty);
    MessageWriter writer(buffer, MessageClass::kError, Method::kAllocate, {});
    const std::vector<std::uint8_t> value(size, 0x31);
    writer.add(AttributeType::kSoftware, value);
    writer.add_unknown_attributes(std::array<std::uint16_t, 1>{0x1234});
    const Bytes message = Bytes(buffer).first(writer.finish().value());
    EXPECT_EQ(std::count(message.begin(), message.end(), kDirty), 0) << size;

    std::vector<std::uint8_t> packet(64 + size + 4, kDirty);
    std::copy(value.begin(), value.end(), packet.begin() + 64);
    const std::size_t total =
        write_data_indication(packet.data() + 64, size, endpoint("192.0.2.1:9"), {});
    const Bytes indication = Bytes(packet).subspan(64 - 36, total);
    EXPECT_EQ(std::count(indication.begin(), indication.end(), kDirty), 0) << size;
    EXPECT_TRUE(all_zero(indication.last(padding_of(size))));
  }
}

// Bytes from the network lie at any address; the undefined-behaviour sanitizer sees a load that
// assumes otherwise.
TEST(Advisories, T9_Cve2026_40613_NoAlignmentIsAssumed) {
  const crypto::OpensslDigests digests;
  for (std::size_t shift = 0; shift < 8; ++shift) {
    std::vector<std::uint8_t> buffer(shift + vectors::kSampleIpv6Response.size());
    const auto at = buffer.begin() + static_cast<std::ptrdiff_t>(shift);
    std::copy(vectors::kSampleIpv6Response.begin(), vectors::kSampleIpv6Response.end(), at);
    const auto view = MessageView::parse(Bytes(buffer).subspan(shift));
    ASSERT_TRUE(view);
    EXPECT_TRUE(verify_sha1(*view, digests, as_bytes(vectors::kShortTermPassword)));
    EXPECT_EQ(decode_xor_address(view->find(AttributeType::kXorMappedAddress).value(),
                                 view->transaction_id()),
              endpoint("[2001:db8:1234:5678:11:2233:4455:6677]:32853"));

    std::vector<std::uint8_t> out(shift + 256, kDirty);
    MessageWriter writer(MutableBytes(out).subspan(shift), MessageClass::kSuccess, Method::kBinding,
                         view->transaction_id());
    writer.add_xor_address(AttributeType::kXorMappedAddress, endpoint("[2001:db8::1]:1"));
    writer.add_u32(AttributeType::kLifetime, 600);
    writer.add_fingerprint();
    EXPECT_TRUE(MessageView::parse(Bytes(out).subspan(shift, writer.finish().value())));
    std::vector<std::uint8_t> channel(shift + 8, 0);
    write_channel_header(channel.data() + shift, 0x4000, 4);
    EXPECT_TRUE(parse_channel_data(Bytes(channel).subspan(shift)));
    EXPECT_EQ(next_frame(Bytes(channel).subspan(shift)).consumed, 8U);
  }
}

// The reserved bits and the phrase of ERROR-CODE are written in full, whatever was in the buffer.
TEST(Advisories, T12_Cve2026_104074_ErrorCodeLeaksNothing) {
  for (const std::string_view reason : {"", "x", "Bad Request", "Stale Nonce!"}) {
    std::vector<std::uint8_t> dirty(256, kDirty);
    std::vector<std::uint8_t> clean(256, 0);
    for (auto* buffer : {&dirty, &clean}) {
      MessageWriter writer(*buffer, MessageClass::kError, Method::kAllocate, {});
      writer.add_error(ErrorCode::kBadRequest, reason);
      writer.add_address_error(AddressFamily::kIpv6, ErrorCode::kInsufficientCapacity, reason);
      buffer->resize(writer.finish().value());
    }
    EXPECT_EQ(dirty, clean);
    const auto view = MessageView::parse(dirty);
    const Bytes value = view->find(AttributeType::kErrorCode).value();
    EXPECT_EQ(value.size(), 4 + reason.size());
    EXPECT_EQ(decode_error_code(value)->reason, reason);
  }
}

// Lengths whose padded size does not fit in 16 bits must not move the next frame's beginning.
TEST(Advisories, T20_Cve2026_68552_LengthsNear65535KeepTheFraming) {
  const RawMessage marker(kBindingRequest);
  for (std::size_t length = 65500; length <= 65535; ++length) {
    std::vector<std::uint8_t> stream(kChannelHeaderSize + length, 0x55);
    write_channel_header(stream.data(), 0x4001, length);
    stream.resize(stream.size() + padding_of(length));
    const std::size_t first_size = stream.size();
    stream.insert(stream.end(), marker.bytes().begin(), marker.bytes().end());

    EXPECT_EQ(next_frame(Bytes(stream).first(4)).need, first_size);
    EXPECT_EQ(next_frame(Bytes(stream).first(first_size - 1)).status, FrameStatus::kNeedMore);
    const NextFrame first = next_frame(stream);
    ASSERT_EQ(first.status, FrameStatus::kFrame) << length;
    EXPECT_EQ(first.frame.size(), kChannelHeaderSize + length);
    EXPECT_EQ(first.consumed, first_size);
    EXPECT_EQ(parse_channel_data(first.frame)->data.size(), length);
    const NextFrame second = next_frame(Bytes(stream).subspan(first.consumed));
    EXPECT_EQ(copy_of(second.frame), copy_of(marker.bytes()));
  }
}

TEST(Advisories, T20_Cve2026_68552_StunLengthsNear65535KeepTheFraming) {
  for (std::size_t length = 65500; length <= 65535; ++length) {
    RawMessage message(kBindingRequest);
    message.mutable_bytes().resize(kHeaderSize + length + 20, 0);
    message.length(length);
    const NextFrame next = next_frame(message.bytes());
    if (length % 4 != 0) {
      EXPECT_EQ(next.status, FrameStatus::kBroken);
      continue;
    }
    ASSERT_EQ(next.status, FrameStatus::kFrame);
    EXPECT_EQ(next.consumed, kHeaderSize + length);
  }
}

// What follows MESSAGE-INTEGRITY was added by somebody who need not know the key.
TEST(Advisories, T21_Cve2026_68554_AttributesBehindTheIntegrityAreIgnored) {
  const crypto::OpensslDigests digests;
  const Bytes key = as_bytes("the key");
  for (const bool sha256 : {false, true}) {
    std::array<std::uint8_t, 256> out;
    MessageWriter writer(out, MessageClass::kRequest, Method::kCreatePermission, {});
    writer.add_text(AttributeType::kUsername, "alice");
    if (sha256) {
      writer.sign_sha256(digests, key);
    } else {
      writer.sign_sha1(digests, key);
    }
    RawMessage appended(Bytes(out).first(writer.finish().value()));
    appended.attribute(AttributeType::kXorPeerAddress, "\0\1\0\0\0\0\0\0");
    appended.attribute(AttributeType::kUsername, "mallory");
    appended.fingerprint();

    const auto view = appended.parse();
    ASSERT_TRUE(view);
    EXPECT_TRUE(sha256 ? verify_sha256(*view, digests, key) : verify_sha1(*view, digests, key));
    EXPECT_TRUE(view->has_fingerprint());
    EXPECT_FALSE(view->find(AttributeType::kXorPeerAddress));
    EXPECT_EQ(as_text(view->find(AttributeType::kUsername).value()), "alice");
    for (const Attribute attribute : view->attributes()) EXPECT_EQ(attribute.type, 0x0006);
  }
}

}  // namespace
}  // namespace turnpike::stun
