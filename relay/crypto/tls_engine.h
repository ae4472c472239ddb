// One server-side TLS connection without a socket: ciphertext goes in, ciphertext comes out, and
// the caller owns the network, the deadlines and the queue lengths. Used by one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace turnpike::crypto {

class TlsContext;

/// An idle TLS 1.3 connection holds about 15 KB (OpenSSL 3.0, 64 bits; tls_engine_limits_test
/// prints it): the buffers of both directions are given back whenever they are empty.
class TlsEngine {
 public:
  enum class State : std::uint8_t {
    kHandshaking,  ///< nothing to read yet, write() refuses
    kOpen,
    kClosed,  ///< close_notify was received or sent; ours is in the pending ciphertext
    kFailed,  ///< error() says why; an alert may be in the pending ciphertext and is worth sending
  };

  /// Ciphertext that may wait inside for read(); a feed() beyond it fails the connection. So: after
  /// each feed() call read() until it returns 0, and never feed more than this at once.
  static constexpr std::size_t kMaxBufferedInput = 64 * 1024;
  /// A ClientHello that claims to be longer is refused before OpenSSL makes room for it (it would
  /// take 128 KiB).
  static constexpr std::size_t kMaxClientHello = 16 * 1024;
  /// KeyUpdates and attempts to renegotiate that one MiB of received application data pays for;
  /// more is a flood.
  static constexpr std::size_t kMaxControlMessages = 32;

  explicit TlsEngine(const TlsContext& context);
  TlsEngine(TlsEngine&&) noexcept;
  TlsEngine& operator=(TlsEngine&&) noexcept;
  ~TlsEngine();

  /// Bytes from the network, in any portions. A close_notify behind unread data is noticed by
  /// read(), see state().
  State feed(Bytes ciphertext);

  /// Decrypted bytes into `out`; returns how many, 0 = none for now (or for ever, see state()).
  std::size_t read(MutableBytes out);

  /// Encrypts one buffer in as few records as possible (16 KiB each). False unless kOpen, and then
  /// nothing was taken. The engine does not limit what is pending: look at pending_ciphertext()
  /// first.
  bool write(Bytes plaintext);

  std::size_t pending_ciphertext() const;
  /// Moves pending ciphertext into `out`; returns how many bytes.
  std::size_t take_ciphertext(MutableBytes out);
  /// The pending ciphertext in place, for a send without a copy; valid until the next call of a
  /// non-const function.
  Bytes peek_ciphertext() const;
  /// Drops the first `n` pending bytes after they were sent from peek_ciphertext(); n <=
  /// pending_ciphertext().
  void consume_ciphertext(std::size_t n);

  /// Queues close_notify when the connection is open; kHandshaking and kOpen become kClosed.
  void close();

  State state() const;

  /// "TLSv1.3", empty before the handshake is complete.
  std::string_view protocol() const;
  /// OpenSSL's name of the cipher suite, empty before the handshake is complete.
  std::string_view cipher() const;
  /// The protocol chosen by RFC 7301, empty when there is none.
  std::string_view alpn() const;
  /// The server name the client asked for (RFC 6066 section 3): text that a stranger controls;
  /// empty when absent.
  std::string_view sni() const;
  /// Why the state is kFailed, in words; empty otherwise.
  const std::string& error() const;

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace turnpike::crypto
