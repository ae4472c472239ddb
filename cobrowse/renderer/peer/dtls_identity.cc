#include "cobrowse/renderer/peer/dtls_identity.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/check.h"
#include "cobrowse/renderer/peer/dtls_context.h"
#include "relay/crypto/openssl_error.h"
#include "relay/crypto/self_signed.h"

namespace turnpike::peer {
namespace {

using crypto::OpensslPtr;

constexpr int kValidDays = 30;
// AES-GCM first: five times cheaper per packet than the one that everybody must have.
constexpr const char* kSrtpProfiles = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";
constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305";

/// The certificate is taken by its fingerprint, which the handshake's owner compares afterwards.
int take_any(int /*preverified*/, X509_STORE_CTX* /*store*/) {
  return 1;
}

OpensslPtr<BIO> reader(std::string_view text) {
  return OpensslPtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

}  // namespace

DtlsIdentity::DtlsIdentity(std::unique_ptr<Context> context) : context_(std::move(context)) {}

DtlsIdentity::~DtlsIdentity() = default;

const Sha256& DtlsIdentity::fingerprint() const {
  return context_->fingerprint;
}

Result<std::unique_ptr<DtlsIdentity>, std::string> DtlsIdentity::make() {
  const auto pems = crypto::make_self_signed({.common_name = "webrtc", .valid_days = kValidDays});
  if (!pems) return fail(std::string("no certificate could be made"));
  const auto certificate_text = reader(pems->certificate);
  const auto key_text = reader(pems->private_key.reveal());
  const OpensslPtr<X509> certificate(
      PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr));
  const OpensslPtr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
  auto context = std::make_unique<Context>();
  context->ssl.reset(SSL_CTX_new(DTLS_method()));
  SSL_CTX* const ssl = context->ssl.get();
  unsigned int size = 0;
  const bool good =
      certificate && key && ssl != nullptr &&
      X509_digest(certificate.get(), EVP_sha256(), context->fingerprint.data(), &size) == 1 &&
      SSL_CTX_set_min_proto_version(ssl, DTLS1_2_VERSION) == 1 &&
      SSL_CTX_use_certificate(ssl, certificate.get()) == 1 &&
      SSL_CTX_use_PrivateKey(ssl, key.get()) == 1 && SSL_CTX_set_cipher_list(ssl, kCiphers) == 1 &&
      SSL_CTX_set_tlsext_use_srtp(ssl, kSrtpProfiles) == 0;
  if (!good) return fail("no DTLS: " + crypto::take_openssl_reason());
  SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, take_any);
  SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_QUERY_MTU);
  SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
  return std::unique_ptr<DtlsIdentity>(new DtlsIdentity(std::move(context)));
}

}  // namespace turnpike::peer
