#include "relay/crypto/openssl_ptr.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace turnpike::crypto {
namespace {

int freed = 0;

int count_free(BIO*) {
  ++freed;
  return 1;
}

TEST(OpensslPtr, FreesAWholeBioChain) {
  BIO_METHOD* method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "counted");
  BIO_meth_set_destroy(method, count_free);
  freed = 0;
  { const OpensslPtr<BIO> chain(BIO_push(BIO_new(method), BIO_new(method))); }
  EXPECT_EQ(freed, 2);
  BIO_meth_free(method);
}

TEST(OpensslPtr, DropsOnlyItsOwnReference) {
  OpensslPtr<EVP_PKEY> key(EVP_EC_gen("P-256"));
  EVP_PKEY_up_ref(key.get());
  OpensslPtr<EVP_PKEY> second(key.get());
  key.reset();
  EXPECT_EQ(EVP_PKEY_get_bits(second.get()), 256);
}

TEST(OpensslPtr, FreesEveryKind) {  // the address sanitizer's leak check is the judge
  const OpensslPtr<EVP_MAC> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  const OpensslPtr<EVP_MAC_CTX> mac_context(EVP_MAC_CTX_new(mac.get()));
  const OpensslPtr<EVP_MD> digest(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  const OpensslPtr<EVP_MD_CTX> digest_context(EVP_MD_CTX_new());
  const OpensslPtr<X509> certificate(X509_new());
  const OpensslPtr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()));
  const OpensslPtr<SSL> connection(SSL_new(context.get()));
  EXPECT_TRUE(mac_context && digest && digest_context && certificate && connection);
}

}  // namespace
}  // namespace turnpike::crypto
