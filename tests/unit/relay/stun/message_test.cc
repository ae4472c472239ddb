// MessageView: which bytes are a message, and which of its attributes count.
#include "relay/stun/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/unit/relay/stun/raw_message.h"
#include "tests/vectors/rfc5769.h"

namespace turnpike::stun {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kSoftware = AttributeType::kSoftware;
constexpr auto kUsername = AttributeType::kUsername;
constexpr std::uint16_t kSha1 = 0x0008;
constexpr std::uint16_t kSha256 = 0x001c;
constexpr std::uint16_t kFingerprint = 0x8028;
const std::vector<std::uint8_t> kTwenty(20, 0xaa);
const std::vector<std::uint8_t> kThirtyTwo(32, 0xbb);

std::vector<std::uint16_t> types_of(const MessageView& view) {
  std::vector<std::uint16_t> types;
  for (const Attribute attribute : view.attributes()) types.push_back(attribute.type);
  return types;
}

TEST(MessageParse, HeaderAloneIsAMessage) {
  const RawMessage message(kBindingRequest);
  const auto view = message.parse();
  ASSERT_TRUE(view);
  EXPECT_EQ(view->method(), Method::kBinding);
  EXPECT_EQ(view->message_class(), MessageClass::kRequest);
  EXPECT_THAT(types_of(*view), IsEmpty());
  EXPECT_FALSE(view->classic());
  EXPECT_FALSE(view->has_fingerprint());
  EXPECT_FALSE(view->has_integrity_sha1());
  EXPECT_FALSE(view->has_integrity_sha256());
  EXPECT_EQ(view->bytes().data(), message.bytes().data());
}

TEST(MessageParse, RefusesEverythingShorterThanAHeader) {
  const RawMessage message(kBindingRequest);
  for (std::size_t size = 0; size < kHeaderSize; ++size) {
    EXPECT_EQ(MessageView::parse(message.bytes().first(size)).error(), ParseError::kTooShort);
  }
}

TEST(MessageParse, RefusesTheTwoHighBits) {
  for (const unsigned type : {0x4001U, 0x8001U, 0xc001U, 0xffffU}) {
    EXPECT_EQ(RawMessage(static_cast<std::uint16_t>(type)).parse().error(), ParseError::kNotStun)
        << type;
  }
}

TEST(MessageParse, RefusesALengthThatIsNotTheDatagrams) {
  for (const std::size_t length : {1U, 2U, 3U, 4U, 8U, 65532U, 65535U}) {
    EXPECT_EQ(RawMessage(kBindingRequest).length(length).parse().error(), ParseError::kBadLength);
  }
  RawMessage trailing(kBindingRequest);
  trailing.mutable_bytes().resize(24);
  EXPECT_EQ(trailing.parse().error(), ParseError::kBadLength);
  RawMessage odd(kBindingRequest);
  odd.mutable_bytes().resize(22);
  EXPECT_EQ(odd.length(2).parse().error(), ParseError::kBadLength);
}

TEST(MessageParse, EveryTruncationOfASampleIsRefused) {
  for (std::size_t size = 0; size < vectors::kSampleRequest.size(); ++size) {
    const auto error = MessageView::parse(Bytes(vectors::kSampleRequest).first(size)).error();
    EXPECT_EQ(error, size < kHeaderSize ? ParseError::kTooShort : ParseError::kBadLength);
  }
}

TEST(MessageParse, EveryTruncationWithAMatchingLengthIsRefusedOrShorter) {
  const std::size_t whole = types_of(*MessageView::parse(vectors::kSampleRequest)).size();
  for (std::size_t size = kHeaderSize; size < vectors::kSampleRequest.size(); size += 4) {
    RawMessage cut(Bytes(vectors::kSampleRequest).first(size));
    const auto view = cut.length(size - kHeaderSize).parse();
    if (view) {
      EXPECT_LE(types_of(*view).size(), whole);
      EXPECT_FALSE(view->has_fingerprint());
    } else {
      EXPECT_EQ(view.error(), ParseError::kBadAttribute) << size;
    }
  }
}

TEST(MessageParse, TypeSplitsIntoMethodAndClass) {
  struct Row {
    std::uint16_t type;
    std::uint16_t method;
    MessageClass message_class;
  };
  constexpr Row kRows[] = {
      {0x0001, 0x001, MessageClass::kRequest},    {0x0011, 0x001, MessageClass::kIndication},
      {0x0101, 0x001, MessageClass::kSuccess},    {0x0111, 0x001, MessageClass::kError},
      {0x0003, 0x003, MessageClass::kRequest},    {0x0113, 0x003, MessageClass::kError},
      {0x0016, 0x006, MessageClass::kIndication}, {0x0017, 0x007, MessageClass::kIndication},
      {0x0020, 0x010, MessageClass::kRequest},    {0x0200, 0x080, MessageClass::kRequest},
      {0x3fff, 0xfff, MessageClass::kError},      {0x3eef, 0xfff, MessageClass::kRequest},
      {0x0000, 0x000, MessageClass::kRequest},
  };
  for (const Row& row : kRows) {
    const RawMessage message(row.type);
    const auto view = message.parse();
    ASSERT_TRUE(view);
    EXPECT_EQ(static_cast<std::uint16_t>(view->method()), row.method) << row.type;
    EXPECT_EQ(view->message_class(), row.message_class) << row.type;
  }
}

TEST(MessageParse, WalksAttributesWithoutTheirPadding) {
  RawMessage message(kBindingRequest);
  message.attribute(kSoftware, "")
      .attribute(kUsername, "a")
      .attribute(AttributeType::kRealm, "abcd");
  message.attribute(0x7777, as_bytes("xyz"), 0x20);
  const auto view = message.parse();
  ASSERT_TRUE(view);
  EXPECT_THAT(types_of(*view), ElementsAre(0x8022, 0x0006, 0x0014, 0x7777));
  EXPECT_EQ(view->find(kSoftware)->size(), 0U);
  EXPECT_EQ(as_text(*view->find(kUsername)), "a");
  EXPECT_EQ(as_text(*view->find(AttributeType::kRealm)), "abcd");
  EXPECT_EQ(as_text(*view->find(static_cast<AttributeType>(0x7777))), "xyz");
  EXPECT_FALSE(view->find(AttributeType::kNonce));
}

TEST(MessageParse, FindGivesTheFirstOfSeveral) {
  RawMessage message(kBindingRequest);
  message.attribute(kUsername, "first").attribute(kUsername, "second");
  EXPECT_EQ(as_text(*message.parse()->find(kUsername)), "first");
}

TEST(MessageParse, RefusesAnAttributeThatReachesPastTheEnd) {
  for (const unsigned claimed : {5U, 6U, 7U, 8U, 9U, 1000U, 65528U, 65532U, 65533U, 65535U}) {
    RawMessage message(kBindingRequest);
    message.attribute_claiming(0x8022, static_cast<std::uint16_t>(claimed), as_bytes("abcd"));
    EXPECT_EQ(message.parse().error(), ParseError::kBadAttribute) << claimed;
  }
  RawMessage empty(kBindingRequest);
  EXPECT_EQ(empty.attribute_claiming(0x8022, 1, {}).parse().error(), ParseError::kBadAttribute);
}

TEST(MessageParse, AttributesBehindTheIntegrityMustStillBeWellFormed) {
  RawMessage message(kBindingRequest);
  message.attribute(kSha1, kTwenty).attribute_claiming(0x0006, 40, as_bytes("abcd"));
  EXPECT_EQ(message.parse().error(), ParseError::kBadAttribute);
}

TEST(MessageParse, LargestMessageOfOneAttribute) {
  const std::vector<std::uint8_t> value(65528, 0x5a);
  RawMessage message(kBindingRequest);
  message.attribute(0x0013, value);
  ASSERT_EQ(message.bytes().size(), kHeaderSize + 65532);
  const auto view = message.parse();
  ASSERT_TRUE(view);
  EXPECT_EQ(view->find(AttributeType::kData)->size(), 65528U);
}

TEST(MessageParse, LargestMessageOfEmptyAttributes) {
  RawMessage message(kBindingRequest);
  message.mutable_bytes().resize(kHeaderSize + 65532);
  const auto view = message.length(65532).parse();
  ASSERT_TRUE(view);
  EXPECT_EQ(types_of(*view).size(), 65532U / 4);
}

// RFC 8489 section 14.7.
TEST(MessageFingerprint, RightAndLastIsSeen) {
  RawMessage message(kBindingRequest);
  message.attribute(kSoftware, "x").fingerprint();
  const auto view = message.parse();
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->has_fingerprint());
  EXPECT_THAT(types_of(*view), ElementsAre(0x8022));
}

TEST(MessageFingerprint, EveryFlippedBitIsRefused) {
  RawMessage message(kBindingRequest);
  message.attribute(kSoftware, "abcdefgh").fingerprint();
  for (std::size_t bit = 0; bit < message.bytes().size() * 8; ++bit) {
    RawMessage flipped(message.bytes());
    flipped.mutable_bytes()[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto view = flipped.parse();
    // A flip in the FINGERPRINT's own type makes it another attribute; anything else must not pass.
    EXPECT_FALSE(view && view->has_fingerprint()) << bit;
  }
}

TEST(MessageFingerprint, NotLastIsRefused) {
  RawMessage message(kBindingRequest);
  message.fingerprint().attribute(kSoftware, "x");
  EXPECT_EQ(message.parse().error(), ParseError::kBadFingerprint);
  RawMessage twice(kBindingRequest);
  EXPECT_EQ(twice.fingerprint().fingerprint().parse().error(), ParseError::kBadFingerprint);
}

TEST(MessageFingerprint, NotLastIsRefusedEvenWhenTheCrcIsRight) {
  RawMessage message(kBindingRequest);
  message.length(16);
  std::array<std::uint8_t, 4> crc{};
  store_be32(crc.data(), fingerprint(message.bytes()));
  message.attribute(kFingerprint, crc).attribute(kSoftware, "tail");
  ASSERT_EQ(message.bytes().size(), kHeaderSize + 16);
  EXPECT_EQ(message.parse().error(), ParseError::kBadFingerprint);
}

TEST(MessageFingerprint, WrongSizeIsRefusedEvenWhenTheCrcIsRight) {
  RawMessage message(kBindingRequest);
  message.fingerprint();
  ASSERT_TRUE(message.parse());
  for (const std::uint8_t size : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
    message.mutable_bytes()[kHeaderSize + 3] = size;
    EXPECT_EQ(message.parse().error(), ParseError::kBadFingerprint) << int{size};
  }
}

TEST(MessageFingerprint, WrongSizeIsRefused) {
  for (const std::size_t size : {0U, 1U, 3U, 5U, 8U}) {
    RawMessage message(kBindingRequest);
    message.attribute(kFingerprint, Bytes(kTwenty).first(size));
    EXPECT_EQ(message.parse().error(), ParseError::kBadFingerprint) << size;
  }
}

TEST(MessageFingerprint, CheckedBehindIgnoredAttributesToo) {
  RawMessage message(kBindingRequest);
  message.attribute(kSha1, kTwenty).attribute(kUsername, "evil").fingerprint();
  EXPECT_TRUE(message.parse()->has_fingerprint());
  message.mutable_bytes().back() ^= 1;
  EXPECT_EQ(message.parse().error(), ParseError::kBadFingerprint);
}

// RFC 8489 sections 14.5 and 14.6.
TEST(MessageIntegrityPlace, Sha1EndsWhatCounts) {
  RawMessage message(kBindingRequest);
  message.attribute(kSoftware, "x").attribute(kSha1, kTwenty).attribute(kUsername, "evil");
  const auto view = message.parse();
  ASSERT_TRUE(view);
  EXPECT_EQ(view->integrity_sha1_offset(), kHeaderSize + 8);
  EXPECT_THAT(types_of(*view), ElementsAre(0x8022));
  EXPECT_FALSE(view->find(kUsername));
}

TEST(MessageIntegrityPlace, Sha256MayFollowSha1) {
  RawMessage message(kBindingRequest);
  message.attribute(kSha1, kTwenty).attribute(kSha256, kThirtyTwo).fingerprint();
  const auto view = message.parse();
  ASSERT_TRUE(view);
  EXPECT_EQ(view->integrity_sha1_offset(), kHeaderSize);
  EXPECT_EQ(view->integrity_sha256_offset(), kHeaderSize + 24);
  EXPECT_TRUE(view->has_fingerprint());
  EXPECT_THAT(types_of(*view), IsEmpty());
}

TEST(MessageIntegrityPlace, Sha1BehindSha256IsIgnored) {
  RawMessage message(kBindingRequest);
  message.attribute(kSha256, kThirtyTwo).attribute(kSha1, kTwenty);
  const auto view = message.parse();
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->has_integrity_sha256());
  EXPECT_FALSE(view->has_integrity_sha1());
}

TEST(MessageIntegrityPlace, TheFirstOfTwoCounts) {
  RawMessage message(kBindingRequest);
  message.attribute(kSha1, kTwenty).attribute(kSha1, kTwenty);
  message.attribute(kSha256, kThirtyTwo).attribute(kSha256, kThirtyTwo);
  const auto view = message.parse();
  ASSERT_TRUE(view);
  EXPECT_EQ(view->integrity_sha1_offset(), kHeaderSize);
  EXPECT_EQ(view->integrity_sha256_offset(), kHeaderSize + 48);
}

// RFC 3489 section 11.1: 128 bits of transaction id, no cookie.
TEST(MessageClassic, OnlyWhenAllowed) {
  const RawMessage message(kBindingRequest, 0x01020304);
  EXPECT_EQ(message.parse().error(), ParseError::kBadCookie);
  const auto view = message.parse(Classic::kAllow);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->classic());
  EXPECT_EQ(view->transaction_id().cookie, 0x01020304U);
}

TEST(MessageClassic, AllowingItChangesNothingForOthers) {
  const auto view = MessageView::parse(vectors::kSampleRequest, Classic::kAllow);
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->classic());
  EXPECT_TRUE(view->has_fingerprint());
}

TEST(MessageClassic, KnowsNoFingerprint) {
  RawMessage message(kBindingRequest, 0x01020304);
  message.attribute(kFingerprint, kTwenty).attribute(kUsername, "u");
  const auto view = message.parse(Classic::kAllow);
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->has_fingerprint());
  EXPECT_EQ(as_text(*view->find(kUsername)), "u");
}

TEST(MessageTransactionId, IsTheHeadersLastTwelveBytes) {
  const TransactionId id = RawMessage(kBindingRequest).parse()->transaction_id();
  EXPECT_EQ(id.cookie, kMagicCookie);
  EXPECT_THAT(id.bytes, ElementsAre(8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19));
}

}  // namespace
}  // namespace turnpike::stun
