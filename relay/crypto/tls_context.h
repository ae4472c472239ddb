// The server's TLS configuration: certificate, key, ciphers, groups, client certificates, ALPN (RFC
// 7443). Made once per (re)load and shared read-only by every shard; it knows nothing of
// connections (tls_engine.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "relay/crypto/openssl_ptr.h"
#include "relay/crypto/tls_setup_error.h"

namespace turnpike::crypto {

/// Paths are opened as they are: searching directories is the caller's work. An empty string means
/// "not set".
struct TlsSettings {
  std::string cert_path{};      ///< `cert`: PEM, ours first, then its intermediates
  std::string pkey_path{};      ///< `pkey`: PEM
  Secret pkey_password{};       ///< `pkey-pwd`
  std::string ca_path{};        ///< `CA-file`: when set, clients must show a certificate of it
  std::string cipher_list{};    ///< `cipher-list`: TLS 1.2 and 1.3 names in one OpenSSL string
  std::string ec_curve_name{};  ///< `ec-curve-name`: one group, or several separated by ':'
  std::string dh_path{};        ///< `dh-file`: PEM; unset: a group as strong as the certificate
  bool min_tls13 = false;       ///< `no-tlsv1_2`
};

/// Movable owner of an SSL_CTX. A connection keeps the OpenSSL object alive by itself, so a context
/// may be replaced and destroyed while connections made from it go on.
class TlsContext {
 public:
  /// The error names the file or option, what was tried, and OpenSSL's reason. Never asks a
  /// terminal for a password.
  static Result<TlsContext, TlsSetupError> create(const TlsSettings& settings);

  /// What was accepted but deserves a line in the log, such as cipher names that OpenSSL does not
  /// know.
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// When the certificate expires, saturated to what WallTime can hold.
  WallTime certificate_not_after() const { return not_after_; }
  /// RFC 2253 text, such as "CN=turn.example.org,O=Example"; written by whoever made the
  /// certificate.
  std::string_view certificate_subject() const { return subject_; }

  SSL_CTX* native() const { return context_.get(); }

 private:
  explicit TlsContext(OpensslPtr<SSL_CTX> context) : context_(std::move(context)) {}

  OpensslPtr<SSL_CTX> context_;
  std::vector<std::string> warnings_;
  WallTime not_after_{};
  std::string subject_;
};

}  // namespace turnpike::crypto
