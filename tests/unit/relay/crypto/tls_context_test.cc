#include "relay/crypto/tls_context.h"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include "relay/crypto/self_signed.h"
#include "tests/unit/relay/crypto/tls_server_fixture.h"

namespace turnpike::crypto {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TlsContextTest : public testing::TlsServerTest {};

TEST_F(TlsContextTest, DefaultsAreModern) {
  const TlsContext context = must_create(ec_settings());
  EXPECT_THAT(context.warnings(), IsEmpty());
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context.native()), TLS1_2_VERSION);
  const auto options = SSL_CTX_get_options(context.native());
  EXPECT_TRUE(options & SSL_OP_NO_RENEGOTIATION);
  EXPECT_TRUE(options & SSL_OP_NO_COMPRESSION);
  EXPECT_TRUE(options & SSL_OP_CIPHER_SERVER_PREFERENCE);
  EXPECT_FALSE(options & SSL_OP_NO_TICKET);
  EXPECT_TRUE(SSL_CTX_get_mode(context.native()) & SSL_MODE_RELEASE_BUFFERS);
}

TEST_F(TlsContextTest, MinimumCanBeTls13) {
  TlsSettings settings = ec_settings();
  settings.min_tls13 = true;
  EXPECT_EQ(SSL_CTX_get_min_proto_version(must_create(settings).native()), TLS1_3_VERSION);
}

TEST_F(TlsContextTest, TellsSubjectAndExpiry) {
  const TlsContext context = must_create(ec_settings());
  EXPECT_EQ(context.certificate_subject(), "CN=turn.example.org");
  EXPECT_NEAR(static_cast<double>(unix_seconds(context.certificate_not_after())),
              static_cast<double>(std::time(nullptr) + 3600), 60);
}

TEST_F(TlsContextTest, ExpiryBeyondOurClockIsTheLastMoment) {
  const auto pair = *make_self_signed({.common_name = "x", .valid_days = 365 * 1000});
  const TlsContext context =
      must_create({.cert_path = folder_.write("c", pair.certificate),
                   .pkey_path = folder_.write("k", pair.private_key.reveal())});
  EXPECT_EQ(context.certificate_not_after(), WallTime::max());
}

TEST_F(TlsContextTest, WarnsOfAnExpiredCertificate) {
  const auto pair = *make_self_signed({.common_name = "x", .valid_days = -1});
  const TlsContext context =
      must_create({.cert_path = folder_.write("c", pair.certificate),
                   .pkey_path = folder_.write("k", pair.private_key.reveal())});
  ASSERT_EQ(context.warnings().size(), 1U);
  EXPECT_THAT(without_folder(context.warnings()[0]),
              ::testing::MatchesRegex("certificate c expired on .*: clients will refuse it"));
}

TEST_F(TlsContextTest, FilesThatCannotBeReadAreNamed) {
  TlsSettings settings = ec_settings();
  settings.cert_path = folder_.path("absent.pem");
  EXPECT_EQ(error_of(settings), "cannot read certificate absent.pem: No such file or directory");
  settings = ec_settings();
  settings.pkey_path = folder_.path("absent.pem");
  EXPECT_EQ(error_of(settings), "cannot read private key absent.pem: No such file or directory");
  settings = ec_settings();
  settings.ca_path = folder_.path("absent.pem");
  EXPECT_EQ(error_of(settings), "cannot read CA-file absent.pem: No such file or directory");
  settings = ec_settings();
  settings.dh_path = folder_.path("absent.pem");
  EXPECT_EQ(error_of(settings), "cannot read dh-file absent.pem: No such file or directory");
}

TEST_F(TlsContextTest, PasswordOfTheKey) {
  TlsSettings settings = ec_settings();
  settings.pkey_path = folder_.write("enc.pem", testing::key_pem(pki_.server_key.get(), "right"));
  EXPECT_EQ(error_of(settings),
            "cannot read private key enc.pem: it is encrypted and pkey-pwd is not set");
  settings.pkey_password = Secret("wrong");
  EXPECT_THAT(error_of(settings), HasSubstr("is pkey-pwd right?"));
  settings.pkey_password = Secret("right");
  EXPECT_EQ(error_of(settings), "none");
}

TEST_F(TlsContextTest, KeyOfAnotherCertificate) {
  TlsSettings settings = ec_settings();
  settings.pkey_path = folder_.write("other.pem", testing::key_pem(pki_.client_key.get()));
  EXPECT_EQ(error_of(settings),
            "private key other.pem does not belong to certificate cert.pem: key values mismatch");
  settings.pkey_path = rsa_settings().pkey_path;
  EXPECT_EQ(error_of(settings),
            "private key rsa-key.pem does not belong to certificate cert.pem: different key types");
}

TEST_F(TlsContextTest, WeakCertificateIsRefusedInWords) {
  const OpensslPtr<EVP_PKEY> weak(EVP_RSA_gen(1024));
  const auto certificate = testing::issue("weak", weak.get());
  TlsSettings settings{.cert_path = folder_.write("c", testing::certificate_pem(certificate.get())),
                       .pkey_path = folder_.write("k", testing::key_pem(weak.get()))};
  EXPECT_EQ(error_of(settings), "cannot use certificate c: ee key too small");
  settings.cipher_list = "DEFAULT:@SECLEVEL=0";  // the operator's own decision
  EXPECT_EQ(error_of(settings), "none");
}

TEST_F(TlsContextTest, UnknownCiphersAloneAreAnError) {
  TlsSettings settings = ec_settings();
  settings.cipher_list = "NOPE-1:TLS_NOPE_2";
  EXPECT_EQ(error_of(settings), "cipher-list: OpenSSL knows none of its names: NOPE-1, TLS_NOPE_2");
  settings.cipher_list = "!MD5";
  EXPECT_EQ(error_of(settings), "cannot use cipher-list \"!MD5\": no cipher match");
}

TEST_F(TlsContextTest, UnknownCiphersBesideKnownOnesAreAWarning) {
  TlsSettings settings = ec_settings();
  settings.cipher_list = "NOPE:ECDHE-ECDSA-AES128-GCM-SHA256:NOPE-TOO";
  EXPECT_THAT(must_create(settings).warnings(),
              ElementsAre("cipher-list: OpenSSL does not know NOPE, NOPE-TOO: ignored"));
}

TEST_F(TlsContextTest, OnlyTls13SuitesMeanOnlyTls13) {
  TlsSettings settings = ec_settings();
  settings.cipher_list = "TLS_AES_128_GCM_SHA256";
  const TlsContext context = must_create(settings);
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context.native()), TLS1_3_VERSION);
  EXPECT_THAT(context.warnings(),
              ElementsAre("cipher-list names only TLS 1.3 suites: TLS 1.2 is off"));
  settings.min_tls13 = true;  // then it is no news
  EXPECT_THAT(must_create(settings).warnings(), IsEmpty());
}

TEST_F(TlsContextTest, WarnsWhenNoCipherFitsTheKey) {
  TlsSettings settings = ec_settings();
  settings.cipher_list = "ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256";
  ASSERT_EQ(must_create(settings).warnings().size(), 1U);
  EXPECT_EQ(without_folder(must_create(settings).warnings()[0]),
            "cipher-list has no TLS 1.2 cipher for the EC key of certificate cert.pem: only TLS "
            "1.3 clients can connect");
  TlsSettings rsa = rsa_settings();
  rsa.cipher_list = settings.cipher_list;
  EXPECT_THAT(must_create(rsa).warnings(), IsEmpty());
}

TEST_F(TlsContextTest, CurveNames) {
  TlsSettings settings = ec_settings();
  for (const char* good : {"prime256v1", "P-384", "secp521r1", "X25519", "X25519:P-256"}) {
    settings.ec_curve_name = good;
    EXPECT_EQ(error_of(settings), "none") << good;
  }
  settings.ec_curve_name = "brainpool";
  EXPECT_EQ(error_of(settings),
            "ec-curve-name: OpenSSL knows no TLS group \"brainpool\": try X25519, prime256v1 or "
            "secp384r1");
}

TEST_F(TlsContextTest, DhParameters) {
  TlsSettings settings = rsa_settings();
  settings.dh_path = folder_.write("dh", testing::dh_parameters_pem("ffdhe2048"));
  EXPECT_EQ(error_of(settings), "none");
  settings.dh_path = folder_.write("dh-weak", testing::dh_parameters_pem("modp_1536"));
  EXPECT_EQ(error_of(settings), "cannot use dh-file dh-weak: dh key too small");
}

TEST_F(TlsContextTest, MovesAndLeavesNothingBehind) {
  TlsContext a = must_create(ec_settings());
  const TlsContext b = std::move(a);
  EXPECT_NE(b.native(), nullptr);
  EXPECT_EQ(b.certificate_subject(), "CN=turn.example.org");
}

}  // namespace
}  // namespace turnpike::crypto
