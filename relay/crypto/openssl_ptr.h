// Owning pointers to OpenSSL's objects, from its forward declarations only, so that headers stay
// light. Nothing here owns stacks: their types exist only as macros.
#pragma once

#include <openssl/types.h>

#include <memory>

namespace turnpike::crypto {

struct OpensslDelete {
  void operator()(BIO* p) const;
  void operator()(EVP_MAC* p) const;
  void operator()(EVP_MAC_CTX* p) const;
  void operator()(EVP_MD* p) const;
  void operator()(EVP_MD_CTX* p) const;
  void operator()(EVP_PKEY* p) const;
  void operator()(SSL* p) const;
  void operator()(SSL_CTX* p) const;
  void operator()(X509* p) const;
};

template <class T>
using OpensslPtr = std::unique_ptr<T, OpensslDelete>;

}  // namespace turnpike::crypto
