// One viewer's stream: encoded frames in, RTP and RTCP out, RTCP in. It decides which layers the
// viewer gets, keeps what may be asked for again, paces and estimates. It neither encrypts nor
// sends.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/rng.h"
#include "base/time.h"
#include "base/token_bucket.h"
#include "cobrowse/renderer/rtc/bandwidth_estimator.h"
#include "cobrowse/renderer/rtc/encoded_frame.h"
#include "cobrowse/renderer/rtc/key_frame_requests.h"
#include "cobrowse/renderer/rtc/layer_selector.h"
#include "cobrowse/renderer/rtc/limits.h"
#include "cobrowse/renderer/rtc/outgoing.h"
#include "cobrowse/renderer/rtc/pacer.h"
#include "cobrowse/renderer/rtc/packet_history.h"
#include "cobrowse/renderer/rtc/round_trip.h"
#include "cobrowse/renderer/rtc/sdp_answer.h"
#include "cobrowse/renderer/rtc/sent_packets.h"
#include "cobrowse/renderer/rtc/sound_stream.h"

namespace turnpike::rtc {

struct StreamSettings {
  std::uint32_t ssrc = 0;
  std::uint32_t rtx_ssrc = 0;
  std::uint8_t vp8_payload_type = kOfferedVp8;
  std::optional<std::uint8_t> rtx_payload_type{};  // nullopt: resent on the media's SSRC
  ExtensionIds extensions{};
  std::string mid{};    // kMaxMidBytes at most
  std::string cname{};  // kMaxCnameBytes at most
  std::optional<SoundSettings> sound{};
  RateBounds rates{};
  std::size_t max_payload = kDefaultPayloadBytes;  // kMinPayloadBytes…kMaxPayloadBytes
};

/// What the two sides agreed on.
StreamSettings stream_settings(const Offer& offer, const Answer& answer, const RateBounds& rates);

struct StreamStatistics {
  std::uint64_t frames_sent = 0;
  std::uint64_t frames_thinned = 0;  // of a layer that the viewer does not get
  std::uint64_t frames_dropped = 0;  // no room, congested, or nothing that could be decoded
  std::uint64_t packets = 0;         // of media, first time
  std::uint64_t bytes = 0;           // RTP of those, unprotected
  std::uint64_t packets_resent = 0;
  std::uint64_t bytes_resent = 0;
  std::uint64_t packets_nacked = 0;
  std::uint64_t picture_losses = 0;  // PLI and FIR
  std::uint64_t bad_rtcp = 0;
  std::uint64_t rtcp_dropped = 0;  // too many of them
  std::uint64_t sound_packets = 0;
  std::optional<Duration> rtt{};
  double loss_fraction = 0;  // 0…1, lately
  std::uint64_t target_bps = 0;
  std::uint8_t top_layer = 0;
};

class ViewerStream {
 public:
  /// `rng` is asked for the first numbers only.
  ViewerStream(const StreamSettings& settings, Rng& rng);

  /// Takes the frame whole, or not at all; then poll().
  void on_frame(const EncodedFrame& frame, const Now& now);
  /// Nothing where no sound was agreed on; then poll().
  void on_sound(const EncodedSound& sound);
  /// The frames come from another encoder from now on: what waits is dropped, and the next frame
  /// that is taken is a key frame.
  void on_other_source();
  /// Decrypted. What cannot be read, and more than kRtcpPerSecond, is counted and changes nothing.
  void on_rtcp(Bytes packet, const Now& now);
  /// Adds what may leave now to `out`: kMaxPacketsPerPoll, what waits of the sound, and reports.
  void poll(const Now& now, Outgoing& out);
  /// When to call poll() and take_key_frame_request() at the latest; may lie in the past.
  MonotonicTime next_deadline() const;

  /// Whether the encoder shall make a key frame now; said once each time. Ask after each call.
  bool take_key_frame_request(const Now& now);

  /// How long what waits would take at the target.
  Duration backlog() const;
  /// What the encoder may spend for this viewer: what the sound leaves.
  std::uint64_t target_bps() const;

  /// The way out is full (a TCP connection to the relay): nothing leaves, and new frames are left
  /// out until it is not.
  void set_congested(bool congested) { is_congested_ = congested; }

  StreamStatistics statistics() const;

 private:
  bool has_room(const EncodedFrame& frame) const;
  void drop(const EncodedFrame& frame);
  void packetize(const EncodedFrame& frame, const Now& now);
  void send_media(MonotonicTime now, Outgoing& out);
  void send_resend(MonotonicTime now, Outgoing& out);
  void send_sound(const Now& now, Outgoing& out);
  void send_report(const Now& now, Outgoing& out);
  void on_item(const RtcpItem& item, MonotonicTime now);
  void on_report(const ReportBlock& block, MonotonicTime now);
  void on_nack(const Nack& nack, MonotonicTime now);
  void check_silence(MonotonicTime now);
  Duration queue_time() const { return pacer_.time_for(history_.unsent_bytes(), sound_bps_); }
  bool is_worth_a_key_frame() const;
  bool is_outdated(std::uint16_t sequence) const;
  std::uint32_t rtp_timestamp(MonotonicTime time) const;

  const StreamSettings settings_;
  const std::uint32_t timestamp_offset_;
  PacketHistory history_;
  SentPackets sent_packets_;
  BandwidthEstimator estimator_;
  std::optional<SoundStream> sound_;
  std::uint64_t sound_bps_ = 0;
  Pacer pacer_;
  LayerSelector layers_;
  RoundTrip round_trip_;
  KeyFrameRequests key_frames_;
  struct SequenceRange {
    std::uint16_t first = 0, last = 0;
  };
  std::optional<SequenceRange> key_frame_;  // the newest one, while the history reaches back to it
  std::deque<std::uint16_t> resends_;
  TokenBucket rtcp_{kRtcpPerSecond, kRtcpAtOnce};
  StreamStatistics counts_;
  std::uint64_t payload_bytes_ = 0;
  std::uint16_t rtx_sequence_;
  std::uint16_t picture_id_;
  std::uint8_t tl0_pic_idx_;
  std::uint8_t key_idx_;
  bool is_congested_ = false;
  std::optional<MonotonicTime> last_report_;
  std::optional<MonotonicTime> first_sent_;
  std::optional<MonotonicTime> last_sent_;
  MonotonicTime last_heard_{};
};

}  // namespace turnpike::rtc
