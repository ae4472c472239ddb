#include "cobrowse/renderer/rtc/sound_stream.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "cobrowse/renderer/rtc/limits.h"
#include "cobrowse/renderer/rtc/rtcp_writer.h"
#include "cobrowse/renderer/rtc/rtp.h"

namespace turnpike::rtc {
namespace {

constexpr Duration kReportEach = seconds(1);
constexpr Duration kWindow = seconds(1);

static_assert(kMaxRtpHeaderBytes + kMaxSoundBytes <= kMaxRtpBytes);

}  // namespace

SoundStream::SoundStream(const SoundSettings& settings, Rng& rng)
    : settings_(settings),
      timestamp_offset_(static_cast<std::uint32_t>(rng.next_u64())),
      sequence_(static_cast<std::uint16_t>(rng.below(0x8000))) {
  CHECK(settings.mid.size() <= kMaxMidBytes && settings.cname.size() <= kMaxCnameBytes);
}

/// 48 kHz, whatever Opus makes of it inside (RFC 7587 section 4.1).
std::uint32_t SoundStream::rtp_timestamp(MonotonicTime time) const {
  const auto ns = static_cast<std::uint64_t>(time.time_since_epoch().count());
  return timestamp_offset_ + static_cast<std::uint32_t>(ns / 1000 * 48 / 1000);
}

void SoundStream::on_sound(const EncodedSound& sound) {
  if (sound.data.empty() || sound.data.size() > kMaxSoundBytes) return;
  if (queue_.size() >= kMaxQueuedSounds) queue_.pop_front();
  queue_.push_back(sound);
}

MutableBytes SoundStream::write(Outgoing& out) {
  CHECK(has_unsent());
  const EncodedSound& sound = queue_.front();
  HeaderExtensions extensions;
  if (sound.is_first || packets_ == 0) extensions.mid = settings_.mid;
  // The marker: the first one after silence (RFC 7587 section 4.1, RFC 3551 section 4.1).
  const RtpHeader header{.payload_type = settings_.payload_type,
                         .marker = sound.is_first,
                         .sequence = sequence_++,
                         .timestamp = rtp_timestamp(sound.captured),
                         .ssrc = settings_.ssrc};
  std::array<std::uint8_t, kMaxRtpHeaderBytes> head{};
  const std::size_t size = write_rtp_header(header, extensions, settings_.extensions, head);
  const MutableBytes packet = out.add(size + sound.data.size(), false);
  std::ranges::copy(Bytes(head).first(size), packet.begin());
  std::ranges::copy(sound.data, packet.subspan(size).begin());
  ++packets_;
  payload_bytes_ += sound.data.size();
  window_bytes_ += packet.size();
  queue_.pop_front();
  return packet;
}

std::uint64_t SoundStream::bps(MonotonicTime now) {
  const Duration past = now - window_began_;
  if (past < kWindow) return bps_;
  const double s = std::chrono::duration<double>(past).count();
  bps_ = static_cast<std::uint64_t>(static_cast<double>(window_bytes_) * 8 / s);
  window_bytes_ = 0;
  window_began_ = now;
  return bps_;
}

void SoundStream::report(const Now& now, Outgoing& out) {
  if (packets_ == reported_packets_) return;
  if (last_report_ && now.monotonic - *last_report_ < kReportEach) return;
  std::array<std::uint8_t, kMaxSenderReportBytes> report{};
  const std::size_t size =
      write_sender_report({.ssrc = settings_.ssrc,
                           .ntp = ntp_time(now.wall),
                           .rtp_timestamp = rtp_timestamp(now.monotonic),
                           .packets = static_cast<std::uint32_t>(packets_),
                           .octets = static_cast<std::uint32_t>(payload_bytes_)},
                          settings_.cname, report);
  std::ranges::copy(Bytes(report).first(size), out.add(size, true).begin());
  reported_packets_ = packets_;
  last_report_ = now.monotonic;
}

}  // namespace turnpike::rtc
