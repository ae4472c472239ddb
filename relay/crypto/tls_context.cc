#include "relay/crypto/tls_context.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/check.h"
#include "relay/crypto/openssl_error.h"
#include "relay/crypto/tls_ciphers.h"
#include "relay/crypto/tls_credentials.h"

namespace turnpike::crypto {
namespace {

using Status = Result<void, TlsSetupError>;
using Warnings = std::vector<std::string>;

/// A client certificate chain may be this long; OpenSSL's own limit is 100 KiB.
constexpr long kMaxClientChain = 64 * 1024;

tl::unexpected<TlsSetupError> failed(const std::string& what) {
  return fail(TlsSetupError{what + ": " + take_openssl_reason()});
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// RFC 7443: ours first; an offer without one of them is left without an answer, and the handshake
// goes on.
int select_alpn(SSL*, const unsigned char** out, unsigned char* out_length,
                const unsigned char* offered, unsigned int offered_length, void*) {
  static constexpr std::array<std::string_view, 2> kProtocols = {"stun.turn", "stun.nat-discovery"};
  for (const std::string_view wanted : kProtocols) {
    Bytes rest(offered, offered_length);
    while (!rest.empty() && rest[0] < rest.size()) {
      const Bytes name = rest.subspan(1, rest[0]);
      if (as_text(name) == wanted) {
        *out = name.data();
        *out_length = rest[0];
        return SSL_TLSEXT_ERR_OK;
      }
      rest = rest.subspan(1 + name.size());
    }
  }
  return SSL_TLSEXT_ERR_NOACK;
}

void set_fixed_options(SSL_CTX* context) {
  SSL_CTX_set_options(
      context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  // Tickets only: a server-side cache would be memory and a lock that all shards share.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  static constexpr std::string_view kSessionId = "turnpike";  // resumption with client certificates
  CHECK(SSL_CTX_set_session_id_context(context, as_bytes(kSessionId).data(), kSessionId.size()) ==
        1);
  SSL_CTX_set_max_cert_list(context, kMaxClientChain);
  SSL_CTX_set_alpn_select_cb(context, select_alpn, nullptr);
}

void require_tls13(SSL_CTX* context) {
  CHECK(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1);
}

Status apply_ciphers(SSL_CTX* context, const TlsSettings& settings, Warnings& warnings) {
  if (settings.cipher_list.empty()) return {};
  const CipherList list = parse_cipher_list(settings.cipher_list);
  if (list.tls12.empty() && list.tls13.empty()) {
    return fail(
        TlsSetupError{"cipher-list: OpenSSL knows none of its names: " + joined(list.unknown)});
  }
  if (!list.unknown.empty()) {
    warnings.push_back("cipher-list: OpenSSL does not know " + joined(list.unknown) + ": ignored");
  }
  if (!list.tls13.empty() && SSL_CTX_set_ciphersuites(context, list.tls13.c_str()) != 1) {
    return failed("cannot use cipher-list \"" + list.tls13 + "\" for TLS 1.3");
  }
  if (SSL_CTX_set_cipher_list(context, list.tls12.c_str()) == 1) return {};
  if (list.tls13.empty()) return failed("cannot use cipher-list \"" + list.tls12 + "\"");
  if (!settings.min_tls13) {
    warnings.emplace_back("cipher-list names only TLS 1.3 suites: TLS 1.2 is off");
  }
  ERR_clear_error();
  require_tls13(context);
  return {};
}

Status apply_groups(SSL_CTX* context, const TlsSettings& settings) {
  if (settings.ec_curve_name.empty()) return {};
  if (SSL_CTX_set1_groups_list(context, settings.ec_curve_name.c_str()) == 1) return {};
  ERR_clear_error();  // OpenSSL only says "passed invalid argument", or nothing
  return fail(TlsSetupError{"ec-curve-name: OpenSSL knows no TLS group \"" +
                            settings.ec_curve_name + "\": try X25519, prime256v1 or secp384r1"});
}

Status apply_dh(SSL_CTX* context, const TlsSettings& settings) {
  if (settings.dh_path.empty()) {
    CHECK(SSL_CTX_set_dh_auto(context, 1) == 1);
    return {};
  }
  auto parameters = load_dh_parameters(settings.dh_path);
  if (!parameters) return fail(parameters.error());
  if (SSL_CTX_set0_tmp_dh_pkey(context, parameters->get()) != 1) {
    return failed("cannot use dh-file " + settings.dh_path);
  }
  (void)parameters->release();  // the context owns it now
  return {};
}

Status apply_certificates(SSL_CTX* context, const TlsSettings& settings,
                          const Certificates& certificates) {
  if (SSL_CTX_use_certificate(context, certificates.front().get()) != 1) {
    return failed("cannot use certificate " + settings.cert_path);
  }
  for (const auto& intermediate : std::span(certificates).subspan(1)) {
    if (SSL_CTX_add1_chain_cert(context, intermediate.get()) != 1) {
      return failed("cannot use a chain certificate of " + settings.cert_path);
    }
  }
  return {};
}

Status apply_private_key(SSL_CTX* context, const TlsSettings& settings, X509* certificate) {
  const auto key = load_private_key(settings.pkey_path, settings.pkey_password);
  if (!key) return fail(key.error());
  if (X509_check_private_key(certificate, key->get()) != 1) {
    return failed("private key " + settings.pkey_path + " does not belong to certificate " +
                  settings.cert_path);
  }
  if (SSL_CTX_use_PrivateKey(context, key->get()) != 1) {
    return failed("cannot use private key " + settings.pkey_path);
  }
  return {};
}

Status apply_client_ca(SSL_CTX* context, const TlsSettings& settings) {
  if (settings.ca_path.empty()) return {};
  const auto authorities = load_certificates(settings.ca_path, "CA-file");
  if (!authorities) return fail(authorities.error());
  for (const auto& authority : *authorities) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1 ||
        SSL_CTX_add_client_CA(context, authority.get()) != 1) {
      return failed("cannot use CA-file " + settings.ca_path);
    }
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return {};
}

std::string printed(X509* certificate, bool (*print)(BIO*, X509*)) {
  const OpensslPtr<BIO> text(BIO_new(BIO_s_mem()));
  CHECK(text != nullptr);
  if (!print(text.get(), certificate)) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

bool print_subject(BIO* out, X509* certificate) {
  const unsigned long flags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  return X509_NAME_print_ex(out, X509_get_subject_name(certificate), 0, flags) >= 0;
}

bool print_not_after(BIO* out, X509* certificate) {
  return ASN1_TIME_print(out, X509_get0_notAfter(certificate)) == 1;
}

bool print_not_before(BIO* out, X509* certificate) {
  return ASN1_TIME_print(out, X509_get0_notBefore(certificate)) == 1;
}

WallTime not_after_of(X509* certificate) {
  std::tm utc{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &utc) != 1) return WallTime{};
  const seconds since_epoch(timegm(&utc));
  constexpr auto kLast = std::chrono::duration_cast<seconds>(WallTime::max().time_since_epoch());
  return since_epoch < kLast ? WallTime(since_epoch) : WallTime::max();
}

std::optional<std::string> validity_warning(const std::string& path, X509* certificate) {
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
    return "certificate " + path + " expired on " + printed(certificate, print_not_after) +
           ": clients will refuse it";
  }
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
    return "certificate " + path + " is not valid before " +
           printed(certificate, print_not_before) + ": clients will refuse it";
  }
  return std::nullopt;
}

/// A list that leaves TLS 1.2 clients without any cipher because all of them need the other kind of
/// key.
std::optional<std::string> key_kind_warning(SSL_CTX* context, const std::string& cert_path) {
  if (SSL_CTX_get_min_proto_version(context) == TLS1_3_VERSION) return std::nullopt;
  EVP_PKEY* key = SSL_CTX_get0_privatekey(context);
  const bool is_rsa = EVP_PKEY_is_a(key, "RSA") == 1;
  STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(context);
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const int auth = SSL_CIPHER_get_auth_nid(sk_SSL_CIPHER_value(ciphers, i));
    if (auth == (is_rsa ? NID_auth_rsa : NID_auth_ecdsa)) return std::nullopt;
  }
  return "cipher-list has no TLS 1.2 cipher for the " + std::string(EVP_PKEY_get0_type_name(key)) +
         " key of certificate " + cert_path + ": only TLS 1.3 clients can connect";
}

}  // namespace

Result<TlsContext, TlsSetupError> TlsContext::create(const TlsSettings& settings) {
  ERR_clear_error();
  OpensslPtr<SSL_CTX> owned(SSL_CTX_new(TLS_server_method()));
  if (owned == nullptr) return failed("cannot set up TLS");
  SSL_CTX* context = owned.get();
  TlsContext result(std::move(owned));
  set_fixed_options(context);
  CHECK(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
  if (settings.min_tls13) require_tls13(context);

  const auto certificates = load_certificates(settings.cert_path, "certificate");
  if (!certificates) return fail(certificates.error());
  X509* certificate = certificates->front().get();
  // Ciphers come first: an @SECLEVEL among them decides which certificates and parameters are
  // strong enough.
  const Status status =
      apply_ciphers(context, settings, result.warnings_)
          .and_then([&] { return apply_groups(context, settings); })
          .and_then([&] { return apply_dh(context, settings); })
          .and_then([&] { return apply_certificates(context, settings, *certificates); })
          .and_then([&] { return apply_private_key(context, settings, certificate); })
          .and_then([&] { return apply_client_ca(context, settings); });
  if (!status) return fail(status.error());

  result.not_after_ = not_after_of(certificate);
  result.subject_ = printed(certificate, print_subject);
  for (auto& warning : {validity_warning(settings.cert_path, certificate),
                        key_kind_warning(context, settings.cert_path)}) {
    if (warning) result.warnings_.push_back(*warning);
  }
  return result;
}

}  // namespace turnpike::crypto
