// MessageWriter: layout of each kind of value, padding, and what happens when the span is too
// small.
#include "relay/stun/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "relay/crypto/openssl_digests.h"
#include "tests/unit/relay/stun/raw_message.h"

namespace turnpike::stun {
namespace {

using ::testing::ElementsAre;

class Writer : public ::testing::Test {
 protected:
  MessageWriter writer(MessageClass message_class = MessageClass::kSuccess,
                       Method method = Method::kBinding) {
    buffer_.fill(0xcc);
    return MessageWriter(buffer_, message_class, method, id_);
  }
  Bytes finished(MessageWriter& w) { return Bytes(buffer_).first(w.finish().value()); }
  /// The only attribute's value.
  std::vector<std::uint8_t> value(MessageWriter& w) {
    const auto view = MessageView::parse(finished(w));
    return copy_of((*view->attributes().begin()).value);
  }

  std::array<std::uint8_t, 1024> buffer_{};
  TransactionId id_{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, kMagicCookie};
};

TEST_F(Writer, HeaderAlone) {
  auto w = writer(MessageClass::kError, Method::kAllocate);
  EXPECT_THAT(finished(w), ElementsAre(0x01, 0x13, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6,
                                       7, 8, 9, 10, 11, 12));
}

TEST_F(Writer, TypesOfEveryClass) {
  struct Row {
    MessageClass message_class;
    Method method;
    std::uint16_t type;
  };
  constexpr Row kRows[] = {
      {MessageClass::kRequest, Method::kBinding, 0x0001},
      {MessageClass::kIndication, Method::kData, 0x0017},
      {MessageClass::kSuccess, Method::kChannelBind, 0x0109},
      {MessageClass::kError, Method::kConnectionBind, 0x011b},
      {MessageClass::kRequest, static_cast<Method>(0xfff), 0x3eef},
  };
  for (const Row& row : kRows) {
    auto w = writer(row.message_class, row.method);
    EXPECT_EQ(load_be16(finished(w).data()), row.type);
  }
}

TEST_F(Writer, ClassicRepliesEchoAll128Bits) {
  id_.cookie = 0x01020304;
  auto w = writer();
  EXPECT_EQ(load_be32(finished(w).data() + 4), 0x01020304U);
}

TEST_F(Writer, LengthsCountNoPaddingAndPaddingIsZero) {
  for (std::size_t size = 0; size < 9; ++size) {
    auto w = writer();
    w.add_text(AttributeType::kSoftware, std::string(size, 'x'));
    const Bytes message = finished(w);
    EXPECT_EQ(load_be16(message.data() + 22), size);
    EXPECT_EQ(message.size() % 4, 0U);
    EXPECT_EQ(load_be16(message.data() + 2), message.size() - 20);
    for (std::size_t i = 24 + size; i < message.size(); ++i) EXPECT_EQ(message[i], 0) << size;
  }
}

TEST_F(Writer, U32) {
  auto w = writer();
  w.add_u32(AttributeType::kLifetime, 0x01020304);
  EXPECT_THAT(value(w), ElementsAre(1, 2, 3, 4));
}

TEST_F(Writer, Addresses) {
  auto plain = writer();
  plain.add_address(AttributeType::kMappedAddress, endpoint("192.0.2.1:32853"));
  EXPECT_THAT(value(plain), ElementsAre(0, 1, 0x80, 0x55, 192, 0, 2, 1));
  auto xored = writer();
  xored.add_xor_address(AttributeType::kXorMappedAddress, endpoint("192.0.2.1:32853"));
  EXPECT_THAT(value(xored), ElementsAre(0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43));
  auto v6 = writer();
  v6.add_xor_address(AttributeType::kXorPeerAddress, endpoint("[2001:db8::1]:0"));
  EXPECT_THAT(value(v6), ElementsAre(0, 2, 0x21, 0x12, 0x01, 0x13, 0xa9, 0xfa, 1, 2, 3, 4, 5, 6, 7,
                                     8, 9, 10, 11, 12 ^ 1));
}

TEST_F(Writer, ErrorCode) {
  auto w = writer(MessageClass::kError);
  w.add_error(ErrorCode::kStaleNonce, "old");
  EXPECT_THAT(value(w), ElementsAre(0, 0, 4, 38, 'o', 'l', 'd'));
  auto bare = writer(MessageClass::kError);
  bare.add_error(ErrorCode::kTryAlternate, "");
  EXPECT_THAT(value(bare), ElementsAre(0, 0, 3, 0));
}

TEST_F(Writer, AddressErrorCodeCarriesTheFamily) {
  auto w = writer();
  w.add_address_error(AddressFamily::kIpv6, ErrorCode::kAddressFamilyNotSupported, "no");
  EXPECT_THAT(value(w), ElementsAre(2, 0, 4, 40, 'n', 'o'));
}

// RFC 8489 section 14.8: fewer than 128 characters.
TEST_F(Writer, ReasonIsCutAt127Characters) {
  auto shorter = writer();
  shorter.add_error(ErrorCode::kBadRequest, std::string(127, 'a'));
  EXPECT_EQ(value(shorter).size(), 4U + 127);
  auto longer = writer();
  longer.add_error(ErrorCode::kBadRequest, std::string(2000, 'a'));
  EXPECT_EQ(value(longer).size(), 4U + 127);
}

TEST_F(Writer, ReasonIsNeverCutInsideACharacter) {
  for (const std::string_view character : {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x8e\x89"}) {
    std::string reason;
    for (int i = 0; i < 300; ++i) reason += character;
    auto w = writer();
    w.add_error(ErrorCode::kBadRequest, reason);
    EXPECT_EQ(value(w).size(), 4 + 127 * character.size());
  }
}

TEST_F(Writer, ReasonThatIsNoUtf8IsCutByBytes) {
  auto w = writer();
  w.add_error(ErrorCode::kBadRequest, std::string(800, '\x80'));
  EXPECT_LE(value(w).size(), 4U + 509);
  auto mixed = writer();
  mixed.add_error(ErrorCode::kBadRequest, "abc" + std::string(800, '\x80'));
  EXPECT_EQ(value(mixed).size(), 4U + 2);
}

TEST_F(Writer, UnknownAttributes) {
  constexpr std::array<std::uint16_t, 3> kTypes{0x0001, 0x7fff, 0x0031};
  auto w = writer(MessageClass::kError);
  w.add_unknown_attributes(kTypes);
  EXPECT_THAT(value(w), ElementsAre(0, 1, 0x7f, 0xff, 0, 0x31));
  auto none = writer(MessageClass::kError);
  none.add_unknown_attributes({});
  EXPECT_TRUE(value(none).empty());
}

TEST_F(Writer, NothingIsWrittenBehindTheMessage) {
  auto w = writer();
  w.add_text(AttributeType::kSoftware, "abcde");
  const std::size_t size = finished(w).size();
  for (std::size_t i = size; i < buffer_.size(); ++i) ASSERT_EQ(buffer_[i], 0xcc);
}

TEST_F(Writer, EverySpanThatIsTooSmallOverflows) {
  const crypto::OpensslDigests digests;
  std::array<std::uint8_t, 160> out;
  std::size_t needed = 0;
  for (std::size_t size = 0; size <= out.size(); ++size) {
    out.fill(0xcc);
    MessageWriter w(MutableBytes(out).first(size), MessageClass::kError, Method::kRefresh, id_);
    w.add_error(ErrorCode::kBadRequest, "reason");
    w.add_xor_address(AttributeType::kXorMappedAddress, endpoint("192.0.2.1:1"));
    w.sign_sha1(digests, as_bytes("key"));
    w.sign_sha256(digests, as_bytes("key"));
    w.add_fingerprint();
    const auto length = w.finish();
    if (length && needed == 0) needed = *length;
    EXPECT_EQ(length.has_value(), needed != 0) << size;
    EXPECT_LE(length.value_or(0), size);
    for (std::size_t i = size; i < out.size(); ++i) ASSERT_EQ(out[i], 0xcc);
  }
  EXPECT_EQ(needed, 20U + 16 + 12 + 24 + 36 + 8);
}

TEST_F(Writer, OverflowSticks) {
  std::array<std::uint8_t, 32> out;
  MessageWriter w(out, MessageClass::kSuccess, Method::kBinding, id_);
  w.add_text(AttributeType::kSoftware, "far too long for it");
  w.add_text(AttributeType::kSoftware, "ok");
  EXPECT_EQ(w.finish(), std::nullopt);
}

TEST_F(Writer, TheLengthFieldNeverWraps) {
  std::vector<std::uint8_t> out(200000);
  const std::vector<std::uint8_t> data(65528, 1);
  MessageWriter full(out, MessageClass::kIndication, Method::kSend, id_);
  full.add(AttributeType::kData, data);
  EXPECT_EQ(full.finish(), kHeaderSize + 65532);
  full.add(AttributeType::kDontFragment, {});
  EXPECT_EQ(full.finish(), std::nullopt);

  for (const std::size_t size : {65529U, 65532U, 65533U, 65535U, 65536U, 131072U}) {
    const std::vector<std::uint8_t> too_much(size, 1);
    MessageWriter w(out, MessageClass::kIndication, Method::kSend, id_);
    w.add(AttributeType::kData, too_much);
    EXPECT_EQ(w.finish(), std::nullopt) << size;
  }
}

}  // namespace
}  // namespace turnpike::stun
