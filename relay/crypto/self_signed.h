// Makes a self-signed ECDSA P-256 certificate and its key, for tests and for the first run of a
// relay. Not a certificate authority: browsers will not trust the result unless they are told to.
#pragma once

#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/secret.h"
#include "relay/crypto/tls_setup_error.h"

namespace turnpike::crypto {

struct SelfSignedRequest {
  std::string common_name{};  ///< 1 to 64 characters (RFC 5280 appendix A.1)
  std::vector<std::string> dns_names{};
  std::vector<IpAddress> ip_addresses{};
  /// From one hour ago until so many days from now; negative makes a certificate that has expired.
  int valid_days = 365;
};

struct PemPair {
  std::string certificate;
  Secret private_key;  ///< PKCS#8, not encrypted
};

Result<PemPair, TlsSetupError> make_self_signed(const SelfSignedRequest& request);

}  // namespace turnpike::crypto
