// Reads the PEM files of a TLS configuration: certificates, the private key, Diffie-Hellman
// parameters. Nothing here touches an SSL_CTX, and nothing ever asks a terminal for a password.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "relay/crypto/openssl_ptr.h"
#include "relay/crypto/tls_setup_error.h"

namespace turnpike::crypto {

using Certificates = std::vector<OpensslPtr<X509>>;

/// Every certificate of the file in its order; at least one. `role` is the word for the error text:
/// "certificate".
Result<Certificates, TlsSetupError> load_certificates(const std::string& path,
                                                      const std::string& role);

/// PKCS#8 or a traditional form, plain or encrypted.
Result<OpensslPtr<EVP_PKEY>, TlsSetupError> load_private_key(const std::string& path,
                                                             const Secret& password);

Result<OpensslPtr<EVP_PKEY>, TlsSetupError> load_dh_parameters(const std::string& path);

}  // namespace turnpike::crypto
