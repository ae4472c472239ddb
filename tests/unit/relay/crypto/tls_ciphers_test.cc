#include "relay/crypto/tls_ciphers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::crypto {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TlsCiphers, SplitsTheVersions) {
  const CipherList list = parse_cipher_list(
      "ECDHE-RSA-AES256-GCM-SHA384:TLS_AES_256_GCM_SHA384,DHE-RSA-AES256-GCM-SHA384 "
      "TLS_CHACHA20_POLY1305_SHA256;");
  EXPECT_EQ(list.tls12, "ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES256-GCM-SHA384");
  EXPECT_EQ(list.tls13, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
  EXPECT_THAT(list.unknown, IsEmpty());
}

TEST(TlsCiphers, NamesTheUnknownInTheirOrder) {
  EXPECT_THAT(unknown_cipher_names("ECDHE-RSA-AES256-GCM-SHA512:AES128-GCM-SHA256:TLS_NOPE:!NOPE:"
                                   "@SECLEVEL=9:DHE-RSA-AES256-GCM-SHA512"),
              ElementsAre("ECDHE-RSA-AES256-GCM-SHA512", "TLS_NOPE", "!NOPE", "@SECLEVEL=9",
                          "DHE-RSA-AES256-GCM-SHA512"));
}

class UsualLists : public ::testing::TestWithParam<const char*> {};

TEST_P(UsualLists, AreKnownCompletely) {
  EXPECT_THAT(unknown_cipher_names(GetParam()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    FromConfigFiles, UsualLists,
    ::testing::Values("DEFAULT", "ALL:!COMPLEMENTOFDEFAULT:!eNULL", "HIGH:!aNULL:!MD5:!RC4",
                      "ALL:!ADH:!LOW:!EXP:!MD5:@STRENGTH", "DEFAULT@SECLEVEL=1",
                      "DEFAULT:@SECLEVEL=0",
                      "EECDH+ECDSA+AESGCM:EECDH+aRSA+AESGCM:EDH+aRSA:!aNULL:!eNULL:!LOW:!3DES:"
                      "!EXPORT:!PSK:!SRP:!DSS:!RC4+SHA",
                      "ECDHE-ECDSA-CHACHA20-POLY1305:-ECDHE+AES256:+kRSA",
                      "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305:"
                      "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-CHACHA20-POLY1305"));

TEST(TlsCiphers, TranslatesTheNamesOfTheRegistry) {
  EXPECT_EQ(parse_cipher_list("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256:!TLS_RSA_WITH_AES_128_CBC_SHA")
                .tls12,
            "ECDHE-RSA-AES128-GCM-SHA256:!AES128-SHA");
}

TEST(TlsCiphers, OfferingWhatIsGoneIsUnknownButRemovingItIsNot) {
  EXPECT_THAT(unknown_cipher_names("LOW:!LOW:-EXPORT"), ElementsAre("LOW"));
}

TEST(TlsCiphers, NothingInNothingOut) {
  const CipherList list = parse_cipher_list(" ::, ;");
  EXPECT_TRUE(list.tls12.empty() && list.tls13.empty() && list.unknown.empty());
}

}  // namespace
}  // namespace turnpike::crypto
