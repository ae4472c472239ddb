// The sound of one viewer's stream: Opus packets in, RTP (RFC 7587) and sender reports out. Packets
// are neither paced nor sent again: they are small, and late ones are of no use.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/rng.h"
#include "base/time.h"
#include "cobrowse/renderer/rtc/encoded_sound.h"
#include "cobrowse/renderer/rtc/header_extensions.h"
#include "cobrowse/renderer/rtc/outgoing.h"

namespace turnpike::rtc {

struct SoundSettings {
  std::uint32_t ssrc = 0;
  std::uint8_t payload_type = 0;  // of Opus
  ExtensionIds extensions{};
  std::string mid{};    // kMaxMidBytes at most
  std::string cname{};  // as the picture's: they belong together
};

class SoundStream {
 public:
  /// `rng` is asked for the first numbers only.
  SoundStream(const SoundSettings& settings, Rng& rng);

  /// Waits for write(); more than kMaxQueuedSounds push the oldest out.
  void on_sound(const EncodedSound& sound);
  bool has_unsent() const { return !queue_.empty(); }
  /// Appends the oldest that waits; there is one. The packet's place, for its transport-wide
  /// sequence number, good until the next one is added.
  MutableBytes write(Outgoing& out);
  /// A sender report, at most one a second, and only after something was sent.
  void report(const Now& now, Outgoing& out);

  std::uint64_t packets() const { return packets_; }
  /// What it takes of the line, as it was a second ago at the latest.
  std::uint64_t bps(MonotonicTime now);

 private:
  std::uint32_t rtp_timestamp(MonotonicTime time) const;

  const SoundSettings settings_;
  const std::uint32_t timestamp_offset_;
  std::uint16_t sequence_;
  std::deque<EncodedSound> queue_;
  std::uint64_t packets_ = 0;
  std::uint64_t payload_bytes_ = 0;
  std::uint64_t reported_packets_ = 0;
  std::uint64_t window_bytes_ = 0;  // of RTP, since
  MonotonicTime window_began_{};
  std::uint64_t bps_ = 0;
  std::optional<MonotonicTime> last_report_;
};

}  // namespace turnpike::rtc
