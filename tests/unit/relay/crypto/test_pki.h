// Keys, certificates and files for the TLS tests: a small certificate authority and a folder that
// goes away.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "relay/crypto/openssl_ptr.h"

namespace turnpike::crypto::testing {

/// A folder of its own under the system's temporary folder.
class TempFolder {
 public:
  TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder();

  /// Writes the file and returns its path.
  std::string write(std::string_view name, std::string_view content) const;
  std::string path(std::string_view name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
};

OpensslPtr<EVP_PKEY> make_ec_key();
/// Made once per process, because making one takes long.
EVP_PKEY* shared_rsa_key();

struct Issuer {
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
};

/// Without an issuer it signs itself.
OpensslPtr<X509> issue(std::string_view common_name, EVP_PKEY* key, Issuer issuer = {},
                       bool is_authority = false);

std::string certificate_pem(X509* certificate);
/// Encrypted when there is a password.
std::string key_pem(EVP_PKEY* key, std::string_view password = {});
/// A named group of OpenSSL, such as "ffdhe3072".
std::string dh_parameters_pem(const char* group);

/// root -> intermediate -> server, and root -> client.
struct Pki {
  Pki();
  OpensslPtr<EVP_PKEY> root_key, intermediate_key, server_key, client_key;
  OpensslPtr<X509> root, intermediate, server, client;
};

}  // namespace turnpike::crypto::testing
