#include "relay/crypto/openssl_ptr.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace turnpike::crypto {

void OpensslDelete::operator()(BIO* p) const {
  BIO_free_all(p);
}
void OpensslDelete::operator()(EVP_MAC* p) const {
  EVP_MAC_free(p);
}
void OpensslDelete::operator()(EVP_MAC_CTX* p) const {
  EVP_MAC_CTX_free(p);
}
void OpensslDelete::operator()(EVP_MD* p) const {
  EVP_MD_free(p);
}
void OpensslDelete::operator()(EVP_MD_CTX* p) const {
  EVP_MD_CTX_free(p);
}
void OpensslDelete::operator()(EVP_PKEY* p) const {
  EVP_PKEY_free(p);
}
void OpensslDelete::operator()(SSL* p) const {
  SSL_free(p);
}
void OpensslDelete::operator()(SSL_CTX* p) const {
  SSL_CTX_free(p);
}
void OpensslDelete::operator()(X509* p) const {
  X509_free(p);
}

}  // namespace turnpike::crypto
