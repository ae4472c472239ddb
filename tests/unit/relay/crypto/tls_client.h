// An OpenSSL client over memory, to meet TlsEngine in a test without a network.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "relay/crypto/memory_bio.h"
#include "relay/crypto/openssl_ptr.h"
#include "relay/crypto/tls_engine.h"

namespace turnpike::crypto::testing {

struct ClientSettings {
  int version = 0;        ///< TLS1_2_VERSION or TLS1_3_VERSION; 0: either
  std::string ciphers{};  ///< TLS 1.2
  std::string groups{};
  std::vector<std::string> alpn{};
  std::string server_name{};
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
  SSL_SESSION* session = nullptr;  ///< to resume
  X509* trusted = nullptr;         ///< when set, the server's certificate is verified
};

class TlsClient {
 public:
  explicit TlsClient(const ClientSettings& settings = {});

  /// Continues the handshake as far as the received bytes allow.
  void step();
  bool open() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  /// A fatal error, such as an alert from the server.
  bool failed() const { return failed_; }
  bool write(std::string_view plaintext);
  /// Everything that has arrived.
  std::string read();
  void close() { SSL_shutdown(ssl_.get()); }
  bool server_has_closed() const {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

  ByteQueue& sent() { return wire_.out; }
  ByteQueue& received() { return wire_.in; }
  SSL* native() { return ssl_.get(); }

 private:
  MemoryWire wire_;
  OpensslPtr<SSL> ssl_;
  bool failed_ = false;
};

/// Carries everything pending in both directions, once. `chunk` bytes per feed().
void exchange(TlsClient& client, TlsEngine& engine, std::size_t chunk = 16384);

/// Exchanges until both sides are open or nothing moves any more.
void run_handshake(TlsClient& client, TlsEngine& engine, std::size_t chunk = 16384);

/// Everything that the engine has decrypted.
std::string read_all(TlsEngine& engine);

}  // namespace turnpike::crypto::testing
