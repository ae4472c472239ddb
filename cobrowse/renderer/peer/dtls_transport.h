// One DTLS 1.2 association without a socket (RFC 5764): datagrams go in and come out, time is
// handed in by asking for timeouts, and what is left in the end are SRTP's keys. OpenSSL has no
// memory BIO that keeps the borders of datagrams before 3.2, so there is one here.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/digests.h"
#include "base/secret.h"
#include "cobrowse/renderer/peer/dtls_identity.h"

namespace turnpike::peer {

enum class SrtpProfile : std::uint8_t { kAes128CmSha1_80, kAeadAes128Gcm };

/// RFC 5764 section 4.2, each with the salt behind the key, as libsrtp wants them.
struct SrtpKeys {
  SrtpProfile profile{};
  Secret local;   // protects what we send
  Secret remote;  // protects what we receive
};

class DtlsTransport {
 public:
  enum class State : std::uint8_t { kHandshaking, kOpen, kClosed, kFailed };
  enum class Role : std::uint8_t { kServer, kClient };

  /// Datagrams are at most so long, so that they pass TURN, UDP and IP together.
  static constexpr std::size_t kMtu = 1200;

  /// `identity` outlives the transport. The other side's certificate must have that SHA-256.
  DtlsTransport(const DtlsIdentity& identity, Role role, const Sha256& remote_fingerprint);
  ~DtlsTransport();
  DtlsTransport(const DtlsTransport&) = delete;
  DtlsTransport& operator=(const DtlsTransport&) = delete;

  /// As client: sends the first flight.
  State start();
  /// One datagram of the network (RFC 7983: first byte 20 to 63).
  State feed(Bytes datagram);
  /// Call when it is due; a flight that was lost is sent again.
  State on_timeout();
  /// How long until on_timeout() is due; nothing while no flight waits for its answer.
  std::optional<std::chrono::milliseconds> next_timeout() const;
  void close();

  /// Datagrams to be sent, each one whole.
  std::vector<std::vector<std::uint8_t>> take_output();
  State state() const { return state_; }
  /// Why the state is kFailed.
  const std::string& error() const { return error_; }
  /// There when kOpen.
  const std::optional<SrtpKeys>& srtp_keys() const { return keys_; }

 private:
  struct Connection;
  State step();
  State fail_with(std::string text);
  bool is_expected_peer() const;
  bool export_keys();

  const Role role_;
  const Sha256 remote_fingerprint_;
  std::unique_ptr<Connection> connection_;
  State state_ = State::kHandshaking;
  std::string error_;
  std::optional<SrtpKeys> keys_;
};

}  // namespace turnpike::peer
