// Protects RTP and RTCP with the keys of a DTLS handshake (RFC 3711, RFC 7714; libsrtp2).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "cobrowse/renderer/peer/dtls_transport.h"

namespace turnpike::peer {

/// One direction each way. Used by one thread at a time.
class SrtpSession {
 public:
  /// What protecting adds at most: tag, index and a round number.
  static constexpr std::size_t kOverhead = 32;
  /// SSRCs that are listened to. libsrtp keeps each one for ever and looks through all of them.
  static constexpr std::size_t kMaxSenders = 8;

  static Result<std::unique_ptr<SrtpSession>, std::string> make(const SrtpKeys& keys);
  ~SrtpSession();
  SrtpSession(const SrtpSession&) = delete;
  SrtpSession& operator=(const SrtpSession&) = delete;

  /// In place, `packet` grows. A packet with a sequence number that was there already is fine: it
  /// is sent again after a NACK. False: it is no packet; it is to be dropped.
  bool protect_rtp(std::vector<std::uint8_t>& packet);
  bool protect_rtcp(std::vector<std::uint8_t>& packet);
  /// What the browser sends is RTCP only. Empty: it is forged, was seen before, or comes from more
  /// than kMaxSenders different ones.
  std::vector<std::uint8_t> unprotect_rtcp(Bytes packet);

 private:
  struct Contexts;
  explicit SrtpSession(std::unique_ptr<Contexts> contexts);
  std::unique_ptr<Contexts> contexts_;
  std::vector<std::uint32_t> senders_;  // of RTCP that was genuine
};

}  // namespace turnpike::peer
