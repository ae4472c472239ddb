#include "cobrowse/renderer/peer/dtls_transport.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.h"
#include "cobrowse/renderer/peer/dtls_context.h"
#include "relay/crypto/openssl_error.h"

namespace turnpike::peer {
namespace {

using Datagram = std::vector<std::uint8_t>;

constexpr std::size_t kMaxDatagram = 4096;
constexpr std::size_t kMaxOutput = 64;  // datagrams; a flight has fewer than ten

/// What the BIO reads from and writes to.
struct Wire {
  Bytes in{};
  std::vector<Datagram> out{};
};

Wire& wire_of(BIO* bio) {
  return *static_cast<Wire*>(BIO_get_data(bio));
}

int write_datagram(BIO* bio, const char* data, int size) {
  Wire& wire = wire_of(bio);
  if (size < 0) return -1;
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(data);
  if (wire.out.size() < kMaxOutput) wire.out.emplace_back(bytes, bytes + size);
  return size;
}

int read_datagram(BIO* bio, char* data, int size) {
  Wire& wire = wire_of(bio);
  BIO_clear_retry_flags(bio);
  if (wire.in.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t count = std::min(wire.in.size(), static_cast<std::size_t>(std::max(size, 0)));
  std::memcpy(data, wire.in.data(), count);
  wire.in = {};  // what does not fit is lost, as with a socket
  return static_cast<int>(count);
}

long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  switch (command) {
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
      return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return static_cast<long>(DtlsTransport::kMtu);
    default:
      return 0;
  }
}

int create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

BIO_METHOD* datagram_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* const made =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams in memory");
    CHECK(made != nullptr && BIO_meth_set_write(made, write_datagram) == 1 &&
          BIO_meth_set_read(made, read_datagram) == 1 && BIO_meth_set_ctrl(made, control) == 1 &&
          BIO_meth_set_create(made, create) == 1);
    return made;
  }();
  return method;
}

Secret joined(Bytes key, Bytes salt) {
  std::string text(as_text(key));
  text += as_text(salt);
  return Secret(std::move(text));
}

}  // namespace

struct DtlsTransport::Connection {
  Wire wire;
  crypto::OpensslPtr<SSL> ssl;
};

DtlsTransport::DtlsTransport(const DtlsIdentity& identity, Role role,
                             const Sha256& remote_fingerprint)
    : role_(role),
      remote_fingerprint_(remote_fingerprint),
      connection_(std::make_unique<Connection>()) {
  connection_->ssl.reset(SSL_new(identity.context().ssl.get()));
  SSL* const ssl = connection_->ssl.get();
  BIO* const bio = BIO_new(datagram_method());
  CHECK(ssl != nullptr && bio != nullptr);
  BIO_set_data(bio, &connection_->wire);
  SSL_set_bio(ssl, bio, bio);  // owns it
  SSL_set_mtu(ssl, kMtu);
  if (role == Role::kServer) {
    SSL_set_accept_state(ssl);
  } else {
    SSL_set_connect_state(ssl);
  }
}

DtlsTransport::~DtlsTransport() = default;

DtlsTransport::State DtlsTransport::start() {
  return role_ == Role::kClient ? step() : state_;
}

DtlsTransport::State DtlsTransport::feed(Bytes datagram) {
  if (datagram.size() > kMaxDatagram || state_ == State::kFailed || state_ == State::kClosed) {
    return state_;
  }
  connection_->wire.in = datagram;
  const State state = step();
  connection_->wire.in = {};
  return state;
}

DtlsTransport::State DtlsTransport::step() {
  SSL* const ssl = connection_->ssl.get();
  ERR_clear_error();
  int result = 0;
  if (state_ == State::kHandshaking) {
    result = SSL_do_handshake(ssl);
    if (result == 1) {
      if (!is_expected_peer()) return fail_with("the certificate is not the one of the SDP");
      if (!export_keys()) return fail_with("no SRTP profile in common");
      return state_ = State::kOpen;
    }
  } else {
    std::array<std::uint8_t, kMaxDatagram> ignored{};  // no data channels here
    result = SSL_read(ssl, ignored.data(), static_cast<int>(ignored.size()));
    if (result > 0) return state_;
  }
  switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return state_;
    case SSL_ERROR_ZERO_RETURN:
      return state_ = State::kClosed;
    default:
      return fail_with(crypto::take_openssl_reason());
  }
}

DtlsTransport::State DtlsTransport::on_timeout() {
  if (state_ != State::kHandshaking) return state_;
  if (DTLSv1_handle_timeout(connection_->ssl.get()) < 0) return fail_with("no answer");
  return state_;
}

std::optional<std::chrono::milliseconds> DtlsTransport::next_timeout() const {
  timeval left{};
  if (state_ != State::kHandshaking || DTLSv1_get_timeout(connection_->ssl.get(), &left) != 1) {
    return std::nullopt;
  }
  // Rounded up: asked too early, OpenSSL does nothing.
  return std::chrono::milliseconds(left.tv_sec * 1000 + left.tv_usec / 1000 + 1);
}

void DtlsTransport::close() {
  if (state_ == State::kOpen) {
    ERR_clear_error();
    SSL_shutdown(connection_->ssl.get());
  }
  if (state_ != State::kFailed) state_ = State::kClosed;
}

std::vector<Datagram> DtlsTransport::take_output() {
  return std::exchange(connection_->wire.out, {});
}

DtlsTransport::State DtlsTransport::fail_with(std::string text) {
  error_ = std::move(text);
  keys_.reset();
  return state_ = State::kFailed;
}

bool DtlsTransport::is_expected_peer() const {
  const crypto::OpensslPtr<X509> certificate(SSL_get1_peer_certificate(connection_->ssl.get()));
  Sha256 digest{};
  unsigned int size = 0;
  return certificate && X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) == 1 &&
         equal_constant_time(digest, remote_fingerprint_);
}

bool DtlsTransport::export_keys() {
  constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  constexpr std::size_t kKey = 16, kMaxSalt = 14;
  SSL* const ssl = connection_->ssl.get();
  const SRTP_PROTECTION_PROFILE* const profile = SSL_get_selected_srtp_profile(ssl);
  if (profile == nullptr) return false;
  const bool gcm = profile->id == SRTP_AEAD_AES_128_GCM;
  const std::size_t salt = gcm ? 12 : kMaxSalt;
  std::array<std::uint8_t, 2 * (kKey + kMaxSalt)> material{};
  const std::size_t size = 2 * (kKey + salt);
  if (SSL_export_keying_material(ssl, material.data(), size, kLabel.data(), kLabel.size(), nullptr,
                                 0, 0) != 1) {
    return false;
  }
  const Bytes all(material.data(), size);
  Secret client = joined(all.subspan(0, kKey), all.subspan(2 * kKey, salt));
  Secret server = joined(all.subspan(kKey, kKey), all.subspan(2 * kKey + salt, salt));
  if (role_ == Role::kServer) std::swap(client, server);
  keys_ = {.profile = gcm ? SrtpProfile::kAeadAes128Gcm : SrtpProfile::kAes128CmSha1_80,
           .local = std::move(client),
           .remote = std::move(server)};
  OPENSSL_cleanse(material.data(), material.size());
  return true;
}

}  // namespace turnpike::peer
