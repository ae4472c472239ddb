// verify_sha1 and verify_sha256: what they accept, and each way to be refused.
#include "relay/stun/integrity.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "relay/crypto/openssl_digests.h"
#include "relay/stun/writer.h"
#include "tests/unit/relay/stun/raw_message.h"

namespace turnpike::stun {
namespace {

const crypto::OpensslDigests& digests() {
  static const crypto::OpensslDigests instance;
  return instance;
}

constexpr std::string_view kKey = "sixteen byte key";

class Integrity : public ::testing::Test {
 protected:
  enum Sign { kSha1 = 1, kSha256 = 2, kFingerprint = 4 };

  static RawMessage message(int what, std::string_view key = kKey) {
    std::array<std::uint8_t, 256> out;
    MessageWriter writer(out, MessageClass::kRequest, Method::kAllocate, {});
    writer.add_text(AttributeType::kUsername, "alice");
    if (what & kSha1) writer.sign_sha1(digests(), as_bytes(key));
    if (what & kSha256) writer.sign_sha256(digests(), as_bytes(key));
    if (what & kFingerprint) writer.add_fingerprint();
    return RawMessage(Bytes(out).first(writer.finish().value()));
  }
  static bool sha1_holds(const RawMessage& m, std::string_view key = kKey) {
    const auto view = m.parse();
    return view && verify_sha1(*view, digests(), as_bytes(key));
  }
  static bool sha256_holds(const RawMessage& m, std::string_view key = kKey) {
    const auto view = m.parse();
    return view && verify_sha256(*view, digests(), as_bytes(key));
  }
};

TEST_F(Integrity, AbsentDoesNotVerify) {
  EXPECT_FALSE(sha1_holds(message(0)));
  EXPECT_FALSE(sha256_holds(message(0)));
  EXPECT_FALSE(sha1_holds(message(kSha256)));
  EXPECT_FALSE(sha256_holds(message(kSha1)));
}

TEST_F(Integrity, RightKeyVerifiesAndWrongKeyDoesNot) {
  for (const int also : {0, static_cast<int>(kFingerprint)}) {
    EXPECT_TRUE(sha1_holds(message(kSha1 | also)));
    EXPECT_TRUE(sha256_holds(message(kSha256 | also)));
    EXPECT_FALSE(sha1_holds(message(kSha1 | also), "another key"));
    EXPECT_FALSE(sha256_holds(message(kSha256 | also), "another key"));
    EXPECT_FALSE(sha1_holds(message(kSha1 | also), ""));
  }
}

TEST_F(Integrity, AnEmptyKeyIsAKey) {
  EXPECT_TRUE(sha1_holds(message(kSha1, ""), ""));
  EXPECT_TRUE(sha256_holds(message(kSha256, ""), ""));
}

TEST_F(Integrity, BothTogetherVerify) {
  const RawMessage both = message(kSha1 | kSha256 | kFingerprint);
  EXPECT_TRUE(sha1_holds(both));
  EXPECT_TRUE(sha256_holds(both));
}

TEST_F(Integrity, Sha256CoversSha1) {
  RawMessage both = message(kSha1 | kSha256);
  const std::size_t sha1 = both.parse()->integrity_sha1_offset();
  both.mutable_bytes()[sha1 + kAttributeHeaderSize] ^= 1;
  EXPECT_FALSE(sha1_holds(both));
  EXPECT_FALSE(sha256_holds(both));
}

TEST_F(Integrity, Sha1DoesNotCoverWhatFollows) {
  RawMessage both = message(kSha1 | kSha256);
  both.mutable_bytes().back() ^= 1;
  EXPECT_TRUE(sha1_holds(both));
  EXPECT_FALSE(sha256_holds(both));
}

TEST_F(Integrity, EveryFlippedBitIsNoticed) {
  for (const int kind : {kSha1, kSha256}) {
    const RawMessage good = message(kind);
    for (std::size_t bit = 0; bit < good.bytes().size() * 8; ++bit) {
      RawMessage flipped(good.bytes());
      flipped.mutable_bytes()[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      EXPECT_FALSE(kind == kSha1 ? sha1_holds(flipped) : sha256_holds(flipped)) << bit;
    }
  }
}

TEST_F(Integrity, PaddingIsCovered) {
  RawMessage m = message(kSha1);
  const std::size_t padding = kHeaderSize + kAttributeHeaderSize + 5;  // behind "alice"
  m.mutable_bytes()[padding] = 0x20;
  EXPECT_FALSE(sha1_holds(m));
}

TEST_F(Integrity, InputStaysUntouched) {
  const RawMessage m = message(kSha1 | kSha256 | kFingerprint);
  const auto before = copy_of(m.bytes());
  EXPECT_TRUE(sha1_holds(m));
  EXPECT_TRUE(sha256_holds(m));
  EXPECT_EQ(copy_of(m.bytes()), before);
}

TEST_F(Integrity, Sha1OfAnotherSizeIsRefused) {
  for (const std::size_t size : {0U, 4U, 16U, 19U, 21U, 32U}) {
    const std::vector<std::uint8_t> mac(size, 0);
    RawMessage m(kBindingRequest);
    m.attribute(0x0008, mac);
    ASSERT_TRUE(m.parse()->has_integrity_sha1());
    EXPECT_FALSE(sha1_holds(m)) << size;
  }
}

// RFC 8489 section 14.6: the sender may cut the value, but not below 16 bytes and only by whole
// words.
TEST_F(Integrity, Sha256MayBeCutToSixteenBytes) {
  for (std::size_t size = 0; size <= 36; ++size) {
    RawMessage m(kBindingRequest);
    m.attribute(AttributeType::kUsername, "alice");
    const std::size_t covered = m.bytes().size();
    m.length(covered - kHeaderSize + kAttributeHeaderSize + size);
    const Sha256 mac = digests().hmac_sha256(as_bytes(kKey), {m.bytes()});
    std::vector<std::uint8_t> value(mac.begin(), mac.end());
    value.resize(size);
    m.attribute(0x001c, value);
    EXPECT_EQ(sha256_holds(m), size >= 16 && size <= 32 && size % 4 == 0) << size;
  }
}

TEST_F(Integrity, MessageNearTheLimitVerifies) {
  std::vector<std::uint8_t> out(kHeaderSize + 65532);
  const std::vector<std::uint8_t> data(65532 - 4 - 24 - 36 - 8, 7);
  MessageWriter writer(out, MessageClass::kRequest, Method::kBinding, {});
  writer.add(AttributeType::kData, data);
  writer.sign_sha1(digests(), as_bytes(kKey));
  writer.sign_sha256(digests(), as_bytes(kKey));
  writer.add_fingerprint();
  ASSERT_EQ(writer.finish(), out.size());
  const RawMessage m{Bytes(out)};
  EXPECT_TRUE(sha1_holds(m));
  EXPECT_TRUE(sha256_holds(m));
}

}  // namespace
}  // namespace turnpike::stun
