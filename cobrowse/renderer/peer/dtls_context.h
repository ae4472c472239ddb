// What DtlsIdentity and DtlsTransport share of OpenSSL; nobody else includes this.
#pragma once

#include <openssl/ssl.h>

#include "cobrowse/renderer/peer/dtls_identity.h"
#include "relay/crypto/openssl_ptr.h"

namespace turnpike::peer {

struct DtlsIdentity::Context {
  crypto::OpensslPtr<SSL_CTX> ssl;
  Sha256 fingerprint{};
};

}  // namespace turnpike::peer
