#include "relay/crypto/tls_failure.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "relay/crypto/openssl_ptr.h"

namespace turnpike::crypto {
namespace {

class TlsFailure : public ::testing::Test {
 protected:
  std::string words(int library, int reason) {
    ERR_clear_error();
    ERR_raise(library, reason);
    return take_tls_failure(connection_.get());
  }

  OpensslPtr<SSL_CTX> context_{SSL_CTX_new(TLS_server_method())};
  OpensslPtr<SSL> connection_{SSL_new(context_.get())};
};

TEST_F(TlsFailure, AddsWhatTheReasonMeansHere) {
  EXPECT_EQ(words(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER),
            "wrong version number: this is not TLS");
  EXPECT_EQ(words(ERR_LIB_SSL, SSL_R_TLSV1_ALERT_UNKNOWN_CA),
            "tlsv1 alert unknown ca: the client does not trust our certificate or its chain");
}

TEST_F(TlsFailure, LeavesOtherReasonsAlone) {
  EXPECT_EQ(words(ERR_LIB_SSL, SSL_R_BAD_DIGEST_LENGTH), "bad digest length");
  EXPECT_EQ(words(ERR_LIB_EVP, SSL_R_WRONG_VERSION_NUMBER).find("TLS"), std::string::npos);
}

TEST_F(TlsFailure, SaysWhyACertificateWasRefused) {
  SSL_set_verify_result(connection_.get(), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(words(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED),
            "certificate verify failed: certificate has expired");
}

TEST_F(TlsFailure, EmptiesTheQueue) {
  (void)words(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER);
  EXPECT_EQ(ERR_peek_error(), 0U);
  EXPECT_EQ(take_tls_failure(connection_.get()), "unknown reason");
}

}  // namespace
}  // namespace turnpike::crypto
