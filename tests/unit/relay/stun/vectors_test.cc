// The published sample messages, both ways: parsed and verified, and written again byte for byte.
#include <gtest/gtest.h>

#include <array>

#include "relay/crypto/openssl_digests.h"
#include "relay/stun/integrity.h"
#include "relay/stun/writer.h"
#include "tests/unit/relay/stun/raw_message.h"
#include "tests/vectors/rfc5769.h"
#include "tests/vectors/rfc8489.h"

namespace turnpike::stun {
namespace {

using namespace turnpike::vectors;  // the samples, by the RFC's names

const crypto::OpensslDigests& digests() {
  static const crypto::OpensslDigests instance;
  return instance;
}

std::string text(const MessageView& view, AttributeType type) {
  const auto value = view.find(type);
  return value ? std::string(as_text(*value)) : "(none)";
}

Bytes short_term_key() {
  return as_bytes(kShortTermPassword);
}

/// RFC 8489 section 9.2.2 with MD5, section 18.5.1.1.
Md5 long_term_key_md5() {
  return digests().md5({as_bytes(kLongTermUsername), as_bytes(":"), as_bytes(kLongTermRealm),
                        as_bytes(":"), as_bytes(kLongTermPassword)});
}
Sha256 long_term_key_sha256() {
  return digests().sha256({as_bytes(kLongTermUsername), as_bytes(":"), as_bytes(kLongTermRealm),
                           as_bytes(":"), as_bytes(kLongTermPassword)});
}

TEST(Rfc5769, SampleRequest) {
  const auto view = MessageView::parse(kSampleRequest);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->has_fingerprint());
  EXPECT_TRUE(verify_sha1(*view, digests(), short_term_key()));
  EXPECT_EQ(view->method(), Method::kBinding);
  EXPECT_EQ(view->message_class(), MessageClass::kRequest);
  EXPECT_EQ(text(*view, AttributeType::kSoftware), "STUN test client");
  EXPECT_EQ(text(*view, AttributeType::kUsername), "evtj:h6vY");
  EXPECT_EQ(decode_u32(view->find(AttributeType::kPriority).value()), 0x6e0001ffU);
  EXPECT_EQ(load_be64(view->find(AttributeType::kIceControlled).value().data()),
            0x932ff9b151263b36U);
}

void expect_response(Bytes sample, std::string_view mapped) {
  const auto view = MessageView::parse(sample);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->has_fingerprint());
  EXPECT_TRUE(verify_sha1(*view, digests(), short_term_key()));
  EXPECT_EQ(view->message_class(), MessageClass::kSuccess);
  EXPECT_EQ(text(*view, AttributeType::kSoftware), "test vector");
  EXPECT_EQ(decode_xor_address(view->find(AttributeType::kXorMappedAddress).value(),
                               view->transaction_id()),
            endpoint(mapped));
}

TEST(Rfc5769, SampleIpv4Response) {
  expect_response(kSampleIpv4Response, "192.0.2.1:32853");
}

TEST(Rfc5769, SampleIpv6Response) {
  expect_response(kSampleIpv6Response, "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
}

TEST(Rfc5769, SampleRequestWithLongTermAuthentication) {
  const auto view = MessageView::parse(kSampleLongTermRequest);
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->has_fingerprint());
  EXPECT_TRUE(verify_sha1(*view, digests(), long_term_key_md5()));
  EXPECT_EQ(text(*view, AttributeType::kUsername), kLongTermUsername);
  EXPECT_EQ(text(*view, AttributeType::kNonce), kLongTermNonce);
  EXPECT_EQ(text(*view, AttributeType::kRealm), kLongTermRealm);
}

TEST(Rfc8489, SampleRequestWithSha256AndUserhash) {
  const auto view = MessageView::parse(kSha256Request);
  ASSERT_TRUE(view);
  EXPECT_TRUE(verify_sha256(*view, digests(), long_term_key_sha256()));
  EXPECT_FALSE(verify_sha256(*view, digests(), long_term_key_md5()));
  EXPECT_EQ(text(*view, AttributeType::kNonce), kSha256Nonce);
  const Sha256 userhash =
      digests().sha256({as_bytes(kLongTermUsername), as_bytes(":"), as_bytes(kLongTermRealm)});
  EXPECT_EQ(copy_of(view->find(AttributeType::kUserhash).value()), copy_of(userhash));
  EXPECT_EQ(load_be16(view->find(AttributeType::kPasswordAlgorithm).value().data()), 2);
}

// The other samples pad with spaces, which RFC 5769 allows to show that padding is arbitrary; ours
// is zero.
TEST(Rfc5769, LongTermRequestIsWrittenByteForByte) {
  std::array<std::uint8_t, 256> out;
  MessageWriter writer(out, MessageClass::kRequest, Method::kBinding,
                       MessageView::parse(kSampleLongTermRequest)->transaction_id());
  writer.add_text(AttributeType::kUsername, kLongTermUsername);
  writer.add_text(AttributeType::kNonce, kLongTermNonce);
  writer.add_text(AttributeType::kRealm, kLongTermRealm);
  writer.sign_sha1(digests(), long_term_key_md5());
  EXPECT_EQ(copy_of(Bytes(out).first(writer.finish().value())), copy_of(kSampleLongTermRequest));
}

TEST(Rfc8489, Sha256RequestIsWrittenByteForByte) {
  constexpr std::array<std::uint8_t, 4> kSha256Algorithm{0, 2, 0, 0};
  std::array<std::uint8_t, 256> out;
  MessageWriter writer(out, MessageClass::kRequest, Method::kBinding,
                       MessageView::parse(kSha256Request)->transaction_id());
  writer.add(AttributeType::kUserhash, digests().sha256({as_bytes(kLongTermUsername), as_bytes(":"),
                                                         as_bytes(kLongTermRealm)}));
  writer.add_text(AttributeType::kNonce, kSha256Nonce);
  writer.add_text(AttributeType::kRealm, kLongTermRealm);
  writer.add(AttributeType::kPasswordAlgorithm, kSha256Algorithm);
  writer.sign_sha256(digests(), long_term_key_sha256());
  EXPECT_EQ(copy_of(Bytes(out).first(writer.finish().value())), copy_of(kSha256Request));
}

}  // namespace
}  // namespace turnpike::stun
