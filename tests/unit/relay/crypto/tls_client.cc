#include "tests/unit/relay/crypto/tls_client.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>

#include "base/check.h"

namespace turnpike::crypto::testing {
namespace {

void apply_alpn(SSL_CTX* context, const std::vector<std::string>& names) {
  std::string wire;
  for (const std::string& name : names) wire += static_cast<char>(name.size()) + name;
  if (wire.empty()) return;
  CHECK(SSL_CTX_set_alpn_protos(context, as_bytes(wire).data(),
                                static_cast<unsigned int>(wire.size())) == 0);
}

OpensslPtr<SSL_CTX> make_context(const ClientSettings& settings) {
  OpensslPtr<SSL_CTX> owned(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = owned.get();
  SSL_CTX_set_min_proto_version(context, settings.version);
  SSL_CTX_set_max_proto_version(context, settings.version);
  if (!settings.ciphers.empty()) {
    CHECK(SSL_CTX_set_cipher_list(context, settings.ciphers.c_str()) == 1);
  }
  if (!settings.groups.empty()) {
    CHECK(SSL_CTX_set1_groups_list(context, settings.groups.c_str()) == 1);
  }
  apply_alpn(context, settings.alpn);
  if (settings.certificate != nullptr) {
    CHECK(SSL_CTX_use_certificate(context, settings.certificate) == 1);
    CHECK(SSL_CTX_use_PrivateKey(context, settings.key) == 1);
  }
  if (settings.trusted != nullptr) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), settings.trusted);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }
  return owned;
}

}  // namespace

TlsClient::TlsClient(const ClientSettings& settings) {
  ssl_.reset(SSL_new(make_context(settings).get()));
  BIO* bio = make_memory_bio(wire_).release();
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_connect_state(ssl_.get());
  if (settings.session != nullptr) CHECK(SSL_set_session(ssl_.get(), settings.session) == 1);
  if (!settings.server_name.empty()) {
    SSL_set_tlsext_host_name(ssl_.get(), settings.server_name.c_str());
  }
}

void TlsClient::step() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  failed_ = result != 1 && SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ;
}

bool TlsClient::write(std::string_view plaintext) {
  std::size_t written = 0;
  return SSL_write_ex(ssl_.get(), plaintext.data(), plaintext.size(), &written) == 1;
}

std::string TlsClient::read() {
  std::string all;
  std::array<char, 4096> part{};
  std::size_t length = 0;
  ERR_clear_error();
  while (SSL_read_ex(ssl_.get(), part.data(), part.size(), &length) == 1) {
    all.append(part.data(), length);
  }
  const int reason = SSL_get_error(ssl_.get(), 0);
  failed_ = reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_ZERO_RETURN;
  return all;
}

void exchange(TlsClient& client, TlsEngine& engine, std::size_t chunk) {
  while (!client.sent().empty()) {
    const Bytes all = client.sent().front();
    const std::size_t n = std::min(chunk, all.size());
    engine.feed(all.first(n));
    client.sent().consume(n);
  }
  std::array<std::uint8_t, 1000> part{};
  while (const std::size_t n = engine.take_ciphertext(part)) {
    client.received().append(Bytes(part).first(n));
  }
}

void run_handshake(TlsClient& client, TlsEngine& engine, std::size_t chunk) {
  for (int round = 0; round < 8; ++round) {
    client.step();
    exchange(client, engine, chunk);
    if (client.failed()) return;
  }
}

std::string read_all(TlsEngine& engine) {
  std::string all;
  std::array<std::uint8_t, 1500> part{};
  while (const std::size_t n = engine.read(part)) all += as_text(Bytes(part).first(n));
  return all;
}

}  // namespace turnpike::crypto::testing
