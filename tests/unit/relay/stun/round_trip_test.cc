// Properties over random input: what is written reads back, and no damage to it is more than a
// refusal.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "relay/crypto/openssl_digests.h"
#include "relay/stun/integrity.h"
#include "relay/stun/writer.h"
#include "tests/unit/relay/stun/raw_message.h"

namespace turnpike::stun {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::uint64_t kSeed = 8489;

struct Sample {
  MessageClass message_class{};
  Method method{};
  TransactionId id;
  std::vector<std::pair<std::uint16_t, Buffer>> attributes;
  bool sha1 = false;
  bool sha256 = false;
  bool fingerprint = false;
  Buffer key;
  Buffer wire;
};

Buffer random_bytes(Rng& rng, std::size_t size) {
  Buffer bytes(size);
  rng.fill(bytes);
  return bytes;
}

bool ends_what_counts(std::uint16_t type) {
  return type == 0x0008 || type == 0x001c || type == 0x8028;
}

std::uint16_t random_type(Rng& rng) {
  std::uint16_t type = 0x0008;
  while (ends_what_counts(type)) type = static_cast<std::uint16_t>(rng.below(0x10000));
  return type;
}

Sample random_sample(Rng& rng) {
  Sample s;
  s.message_class = static_cast<MessageClass>(rng.below(4));
  s.method = static_cast<Method>(rng.below(0x1000));
  rng.fill(s.id.bytes);
  for (std::uint64_t n = rng.below(9); n > 0; --n) {
    const auto type = random_type(rng);
    s.attributes.emplace_back(type, random_bytes(rng, rng.below(70)));
  }
  s.sha1 = rng.below(2) == 0;
  s.sha256 = rng.below(2) == 0;
  s.fingerprint = rng.below(2) == 0;
  s.key = random_bytes(rng, rng.below(40));
  return s;
}

void write(Sample& s, const Digests& digests) {
  s.wire.assign(2048, 0xcc);  // what an uninitialised buffer would leak
  MessageWriter writer(s.wire, s.message_class, s.method, s.id);
  for (const auto& [type, value] : s.attributes)
    writer.add(static_cast<AttributeType>(type), value);
  if (s.sha1) writer.sign_sha1(digests, s.key);
  if (s.sha256) writer.sign_sha256(digests, s.key);
  if (s.fingerprint) writer.add_fingerprint();
  s.wire.resize(writer.finish().value());
}

void expect_reads_back(const Sample& s, const Digests& digests) {
  const auto view = MessageView::parse(s.wire);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->message_class(), s.message_class);
  EXPECT_EQ(view->method(), s.method);
  EXPECT_EQ(view->transaction_id(), s.id);
  EXPECT_EQ(view->has_fingerprint(), s.fingerprint);
  EXPECT_EQ(view->has_integrity_sha1(), s.sha1);
  EXPECT_EQ(view->has_integrity_sha256(), s.sha256);
  EXPECT_EQ(verify_sha1(*view, digests, s.key), s.sha1);
  EXPECT_EQ(verify_sha256(*view, digests, s.key), s.sha256);
  std::vector<std::pair<std::uint16_t, Buffer>> read;
  for (const Attribute attribute : view->attributes()) {
    read.emplace_back(attribute.type, copy_of(attribute.value));
    const std::uint8_t* const end = attribute.value.data() + attribute.value.size();
    const std::size_t padding = (4 - attribute.value.size() % 4) % 4;
    EXPECT_TRUE(std::all_of(end, end + padding, [](std::uint8_t b) { return b == 0; }));
  }
  EXPECT_EQ(read, s.attributes);
}

/// Walks and decodes everything; only has to come back.
std::size_t visit(Bytes wire) {
  const auto view = MessageView::parse(wire, Classic::kAllow);
  if (!view) return 0;
  std::size_t seen = 1;
  for (const Attribute attribute : view->attributes()) {
    seen += attribute.value.size();
    seen += decode_address(attribute.value) ? 1U : 0U;
    seen += decode_xor_address(attribute.value, view->transaction_id()) ? 1U : 0U;
    seen += decode_error_code(attribute.value) ? 1U : 0U;
  }
  return seen;
}

class RoundTrip : public ::testing::Test {
 protected:
  crypto::OpensslDigests digests_;
  SeededRng rng_{kSeed};
};

TEST_F(RoundTrip, RandomMessagesReadBack) {
  for (int round = 0; round < 1000; ++round) {
    SCOPED_TRACE(round);
    Sample s = random_sample(rng_);
    write(s, digests_);
    expect_reads_back(s, digests_);
  }
}

TEST_F(RoundTrip, TruncationIsAlwaysRefused) {
  for (int round = 0; round < 50; ++round) {
    Sample s = random_sample(rng_);
    write(s, digests_);
    for (std::size_t size = 0; size < s.wire.size(); ++size) {
      const Buffer cut(s.wire.begin(), s.wire.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(MessageView::parse(cut)) << round << " " << size;
    }
  }
}

TEST_F(RoundTrip, FlippedBitsAreRefusedOrStayInside) {
  for (int round = 0; round < 50; ++round) {
    Sample s = random_sample(rng_);
    write(s, digests_);
    for (std::size_t bit = 0; bit < s.wire.size() * 8; ++bit) {
      Buffer flipped = s.wire;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      EXPECT_LE(visit(flipped), 4 * flipped.size());
    }
  }
}

TEST_F(RoundTrip, GarbageIsRefusedOrStaysInside) {
  for (int round = 0; round < 20000; ++round) {
    Buffer garbage = random_bytes(rng_, 4 * rng_.below(40));
    if (garbage.size() >= kHeaderSize) {  // get past the header, or nothing is ever walked
      garbage[0] &= 0x3f;
      store_be16(garbage.data() + 2, static_cast<std::uint16_t>(garbage.size() - kHeaderSize));
      for (std::size_t at = kHeaderSize; at < garbage.size(); at += 8) garbage[at + 2] = 0;
    }
    EXPECT_LE(visit(garbage), 4 * garbage.size() + 1);
  }
}

TEST_F(RoundTrip, RandomAddressesReadBack) {
  for (int round = 0; round < 1000; ++round) {
    std::array<std::uint8_t, 16> ip{};
    rng_.fill(ip);
    const bool v4 = rng_.below(2) == 0;
    const Endpoint address{v4 ? IpAddress::v4(load_be32(ip.data())) : IpAddress::v6(ip),
                           static_cast<std::uint16_t>(rng_.below(0x10000))};
    TransactionId id;
    rng_.fill(id.bytes);
    if (rng_.below(2) == 0) id.cookie = static_cast<std::uint32_t>(rng_.next_u64());
    std::array<std::uint8_t, 64> out;
    MessageWriter writer(out, MessageClass::kSuccess, Method::kBinding, id);
    writer.add_xor_address(AttributeType::kXorMappedAddress, address);
    const auto view =
        MessageView::parse(Bytes(out).first(writer.finish().value()), Classic::kAllow);
    ASSERT_TRUE(view);
    EXPECT_EQ(decode_xor_address(view->find(AttributeType::kXorMappedAddress).value(),
                                 view->transaction_id()),
              address);
  }
}

}  // namespace
}  // namespace turnpike::stun
