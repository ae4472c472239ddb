#include "relay/crypto/self_signed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "relay/crypto/openssl_ptr.h"

namespace turnpike::crypto {
namespace {

using ::testing::HasSubstr;

OpensslPtr<BIO> reader(std::string_view pem) {
  return OpensslPtr<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

OpensslPtr<X509> parse_certificate(const PemPair& pair) {
  return OpensslPtr<X509>(
      PEM_read_bio_X509(reader(pair.certificate).get(), nullptr, nullptr, nullptr));
}

OpensslPtr<EVP_PKEY> parse_key(const PemPair& pair) {
  return OpensslPtr<EVP_PKEY>(
      PEM_read_bio_PrivateKey(reader(pair.private_key.reveal()).get(), nullptr, nullptr, nullptr));
}

TEST(SelfSigned, NamesAddressesAndKeyFitTogether) {
  const auto pair = make_self_signed(
      {.common_name = "turn.example.org",
       .dns_names = {"turn.example.org", "*.relay.example.org"},
       .ip_addresses = {IpAddress::v4(192, 0, 2, 7), *IpAddress::parse("2001:db8::7")}});
  ASSERT_TRUE(pair.has_value());
  const auto certificate = parse_certificate(*pair);
  const auto key = parse_key(*pair);
  ASSERT_TRUE(certificate && key);
  X509* raw = certificate.get();
  EXPECT_EQ(X509_check_private_key(raw, key.get()), 1);
  EXPECT_EQ(X509_verify(raw, key.get()), 1);
  EXPECT_EQ(EVP_PKEY_get_bits(key.get()), 256);
  EXPECT_EQ(X509_check_host(raw, "turn.example.org", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(raw, "a.relay.example.org", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(raw, "other.example.org", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(raw, "192.0.2.7", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(raw, "2001:db8::7", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(raw, "192.0.2.8", 0), 0);
  EXPECT_EQ(X509_check_ca(raw), 0);
  EXPECT_EQ(X509_check_purpose(raw, X509_PURPOSE_SSL_SERVER, 0), 1);
}

TEST(SelfSigned, IsValidForTheDaysAskedFor) {
  const auto pair = make_self_signed({.common_name = "x", .valid_days = 10});
  ASSERT_TRUE(pair.has_value());
  const auto certificate = parse_certificate(*pair);
  int days = 0;
  int rest = 0;
  ASSERT_EQ(ASN1_TIME_diff(&days, &rest, nullptr, X509_get0_notAfter(certificate.get())), 1);
  EXPECT_NEAR(days * 86400 + rest, 10 * 86400, 60);
  EXPECT_LT(X509_cmp_current_time(X509_get0_notBefore(certificate.get())), 0);
}

TEST(SelfSigned, EveryCertificateHasItsOwnKeyAndSerial) {
  const auto a = make_self_signed({.common_name = "x"});
  const auto b = make_self_signed({.common_name = "x"});
  ASSERT_TRUE(a && b);
  EXPECT_NE(a->private_key.reveal(), b->private_key.reveal());
  EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(parse_certificate(*a).get()),
                             X509_get0_serialNumber(parse_certificate(*b).get())),
            0);
}

TEST(SelfSigned, ANameIsOnlyAName) {  // and no syntax of OpenSSL's configuration language
  const auto pair = make_self_signed({.common_name = "x", .dns_names = {"a,IP:192.0.2.1"}});
  ASSERT_TRUE(pair.has_value());
  EXPECT_EQ(X509_check_ip_asc(parse_certificate(*pair).get(), "192.0.2.1", 0), 0);
}

TEST(SelfSigned, RefusesNamesThatDoNotFit) {
  for (const std::string& name : {std::string(), std::string(65, 'a')}) {
    const auto pair = make_self_signed({.common_name = name});
    ASSERT_FALSE(pair.has_value());
    EXPECT_THAT(pair.error().message, HasSubstr("1 to 64 characters"));
  }
  const auto pair = make_self_signed({.common_name = "x", .dns_names = {"caf\xc3\xa9.example"}});
  ASSERT_FALSE(pair.has_value());
  EXPECT_THAT(pair.error().message, HasSubstr("DNS name"));
}

}  // namespace
}  // namespace turnpike::crypto
