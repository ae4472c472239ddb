#include "relay/crypto/tls_failure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <string_view>

#include "relay/crypto/openssl_error.h"

namespace turnpike::crypto {
namespace {

struct Hint {
  int reason;
  std::string_view text;
};

constexpr std::string_view kDistrust = "the client does not trust our certificate or its chain";

constexpr std::array kHints = {
    Hint{SSL_R_WRONG_VERSION_NUMBER, "this is not TLS"},
    Hint{SSL_R_HTTP_REQUEST, "plain HTTP on a TLS connection"},
    Hint{SSL_R_HTTPS_PROXY_REQUEST, "a proxy request on a TLS connection"},
    Hint{SSL_R_UNSUPPORTED_PROTOCOL, "the client is too old for our lowest TLS version"},
    Hint{SSL_R_NO_SHARED_CIPHER,
         "the client's ciphers, cipher-list and the certificate's key have "
         "nothing in common"},
    Hint{SSL_R_NO_SUITABLE_KEY_SHARE,
         "the client's groups and ec-curve-name have nothing in common"},
    Hint{SSL_R_NO_SHARED_GROUPS, "the client's groups and ec-curve-name have nothing in common"},
    Hint{SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, "CA-file makes client certificates mandatory"},
    Hint{SSL_R_TLSV1_ALERT_UNKNOWN_CA, kDistrust},
    Hint{SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, kDistrust},
    Hint{SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, kDistrust},
    Hint{SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, kDistrust},
};

std::string_view hint_for(int reason) {
  for (const Hint& hint : kHints) {
    if (hint.reason == reason) return hint.text;
  }
  return {};
}

}  // namespace

std::string take_tls_failure(const SSL* connection) {
  const unsigned long code = ERR_peek_error();
  std::string text = take_openssl_reason();
  if (ERR_SYSTEM_ERROR(code) || ERR_GET_LIB(code) != ERR_LIB_SSL) return text;
  const int reason = ERR_GET_REASON(code);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    return text + ": " + X509_verify_cert_error_string(SSL_get_verify_result(connection));
  }
  const std::string_view hint = hint_for(reason);
  if (!hint.empty()) text.append(": ").append(hint);
  return text;
}

}  // namespace turnpike::crypto
