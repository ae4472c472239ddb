#include "relay/crypto/openssl_error.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace turnpike::crypto {
namespace {

TEST(OpensslError, GivesTheOldestReasonAndEmptiesTheQueue) {
  ASSERT_EQ(OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, nullptr),
            1);  // the words come with the library
  ERR_clear_error();
  ERR_raise(ERR_LIB_SSL, SSL_R_NO_SHARED_CIPHER);
  ERR_raise(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER);
  EXPECT_EQ(take_openssl_reason(), "no shared cipher");
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(OpensslError, PutsTheSystemsErrorsInWords) {
  ERR_clear_error();
  EXPECT_EQ(BIO_new_file("/nonexistent/file", "r"), nullptr);
  EXPECT_EQ(take_openssl_reason(), "No such file or directory");
}

TEST(OpensslError, SaysWhenThereIsNone) {
  ERR_clear_error();
  EXPECT_EQ(take_openssl_reason(), "unknown reason");
}

TEST(OpensslError, NumbersWhatHasNoWords) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_SSL, 3999);
  EXPECT_TRUE(take_openssl_reason().starts_with("error "));
}

}  // namespace
}  // namespace turnpike::crypto
