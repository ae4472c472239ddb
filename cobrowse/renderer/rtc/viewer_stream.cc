#include "cobrowse/renderer/rtc/viewer_stream.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "base/check.h"
#include "cobrowse/renderer/rtc/frame_packets.h"
#include "cobrowse/renderer/rtc/rtcp_writer.h"

namespace turnpike::rtc {
namespace {

constexpr Duration kReportEach = seconds(1);
constexpr Duration kSilence = seconds(2);  // without RTCP, while something is sent
constexpr Duration kSilenceStep = seconds(1);
constexpr Duration kNew = milliseconds(300);  // the path has not had time to say anything
constexpr Duration kLeastResendPause = milliseconds(20);
constexpr Duration kLongQueue = milliseconds(250);      // higher layers wait no longer
constexpr Duration kLongestQueue = milliseconds(2000);  // nor does anything else
constexpr Duration kShortQueue = milliseconds(200);     // a further key frame would only add to it

std::uint16_t random_u16(Rng& rng) {
  return static_cast<std::uint16_t>(rng.below(0x10000));
}

}  // namespace

StreamSettings stream_settings(const Offer& offer, const Answer& answer, const RateBounds& rates) {
  StreamSettings out{.ssrc = offer.ssrc,
                     .rtx_ssrc = offer.rtx_ssrc,
                     .vp8_payload_type = answer.vp8_payload_type,
                     .rtx_payload_type = answer.rtx_payload_type,
                     .extensions = answer.extensions,
                     .mid = kOfferedMid,
                     .cname = offer.cname,
                     .rates = rates};
  if (!answer.transport_cc) out.extensions.transport_cc = 0;
  if (offer.sound && answer.sound) {
    out.sound = SoundSettings{.ssrc = offer.sound->ssrc,
                              .payload_type = answer.sound->opus_payload_type,
                              .extensions = answer.sound->extensions,
                              .mid = kOfferedSoundMid,
                              .cname = offer.cname};
  }
  return out;
}

// Sequence numbers start in the lower half, so that SRTP's rollover is not met with a lost packet
// right away (RFC 3711 section 3.3.1).
ViewerStream::ViewerStream(const StreamSettings& settings, Rng& rng)
    : settings_(settings),
      timestamp_offset_(static_cast<std::uint32_t>(rng.next_u64())),
      history_(random_u16(rng) & 0x7fff),
      estimator_(settings.rates),
      pacer_(settings.rates.start_bps),
      rtx_sequence_(random_u16(rng) & 0x7fff),
      picture_id_(random_u16(rng) & 0x7fff),
      tl0_pic_idx_(static_cast<std::uint8_t>(random_u16(rng))),
      key_idx_(static_cast<std::uint8_t>(rng.below(32))) {
  CHECK(settings.mid.size() <= kMaxMidBytes && settings.cname.size() <= kMaxCnameBytes);
  if (settings.sound) sound_.emplace(*settings.sound, rng);
}

std::uint32_t ViewerStream::rtp_timestamp(MonotonicTime time) const {
  const auto ns = static_cast<std::uint64_t>(time.time_since_epoch().count());
  return timestamp_offset_ + static_cast<std::uint32_t>(ns * 9 / 100'000);  // 90 kHz
}

bool ViewerStream::has_room(const EncodedFrame& frame) const {
  const std::size_t packets = frame.data.size() / (settings_.max_payload - kVp8DescriptorBytes) + 1;
  const std::size_t overhead = packets * (kMaxRtpHeaderBytes + kVp8DescriptorBytes);
  if (is_congested_ || !history_.has_room(packets, frame.data.size() + overhead)) return false;
  return queue_time() < (frame.temporal_id > 0 ? kLongQueue : kLongestQueue);
}

std::uint64_t ViewerStream::target_bps() const {
  const std::uint64_t all = estimator_.target_bps();
  return std::max(all - std::min(all, sound_bps_), settings_.rates.min_bps);
}

Duration ViewerStream::backlog() const {
  const double bits = static_cast<double>(history_.unsent_bytes()) * 8;
  const double s = bits / static_cast<double>(target_bps());
  return Duration(static_cast<std::int64_t>(s * 1e9));
}

void ViewerStream::drop(const EncodedFrame& frame) {
  ++counts_.frames_dropped;
  if (frame.temporal_id > 0) {
    layers_.on_dropped(frame.temporal_id);
  } else {
    key_frames_.on_broken_chain();
  }
}

void ViewerStream::on_frame(const EncodedFrame& frame, const Now& now) {
  layers_.on_encoded(frame, now.monotonic);
  layers_.update(target_bps(), now.monotonic);
  if (key_frames_.is_broken() && !frame.is_key) {
    ++counts_.frames_dropped;
    return;
  }
  if (frame.data.empty() || !has_room(frame)) {
    drop(frame);
    return;
  }
  if (!layers_.take(frame)) {
    ++counts_.frames_thinned;
    return;
  }
  packetize(frame, now);
  ++counts_.frames_sent;
}

void ViewerStream::on_other_source() {
  history_.drop_unsent();
  key_frames_.on_queue_dropped();
  key_frame_.reset();
  layers_ = LayerSelector();
}

void ViewerStream::packetize(const EncodedFrame& frame, const Now& now) {
  picture_id_ = static_cast<std::uint16_t>((picture_id_ + 1) & 0x7fff);
  if (frame.temporal_id == 0) ++tl0_pic_idx_;
  if (frame.is_key) key_idx_ = static_cast<std::uint8_t>((key_idx_ + 1) & 0x1f);
  HeaderExtensions extensions{
      .abs_capture_time = ntp_time(now.wall - (now.monotonic - frame.captured)),
      .no_playout_delay = true};
  if (frame.is_key) extensions.mid = settings_.mid;
  const FrameHeaders headers{.rtp = {.payload_type = settings_.vp8_payload_type,
                                     .sequence = history_.next_sequence(),
                                     .timestamp = rtp_timestamp(frame.captured),
                                     .ssrc = settings_.ssrc},
                             .extensions = extensions,
                             .ids = settings_.extensions,
                             .vp8 = {.picture_id = picture_id_,
                                     .tl0_pic_idx = tl0_pic_idx_,
                                     .temporal_id = frame.temporal_id,
                                     .is_layer_sync = frame.is_layer_sync,
                                     .key_idx = key_idx_}};
  const FramePackets packets(frame.data, headers, settings_.max_payload);
  for (std::size_t i = 0; i < packets.count(); ++i) {
    history_.add(packets.write(i, history_.reserve()));
  }
  const std::uint16_t end = history_.next_sequence();
  if (frame.is_key) {
    key_frame_ = {.first = headers.rtp.sequence, .last = static_cast<std::uint16_t>(end - 1)};
    key_frames_.on_key_frame();
  } else if (key_frame_ && static_cast<std::uint16_t>(end - key_frame_->first) > kHistoryPackets) {
    key_frame_.reset();
  }
}

void ViewerStream::poll(const Now& now, Outgoing& out) {
  if (is_congested_) return;
  check_silence(now.monotonic);
  const bool is_new = first_sent_ && now.monotonic - *first_sent_ < kNew;
  pacer_.set_target(estimator_.target_bps(), is_new || estimator_.is_narrow());
  send_sound(now, out);
  for (std::size_t i = 0; i < kMaxPacketsPerPoll && pacer_.may_send(now.monotonic); ++i) {
    if (!resends_.empty()) {
      send_resend(now.monotonic, out);
    } else if (history_.has_unsent()) {
      send_media(now.monotonic, out);
    } else {
      break;
    }
  }
  if (last_sent_ && (!last_report_ || now.monotonic - *last_report_ >= kReportEach)) {
    send_report(now, out);
  }
}

void ViewerStream::on_sound(const EncodedSound& sound) {
  if (sound_) sound_->on_sound(sound);
}

/// Not paced, but the picture makes room for it.
void ViewerStream::send_sound(const Now& now, Outgoing& out) {
  if (!sound_) return;
  while (sound_->has_unsent()) {
    const MutableBytes packet = sound_->write(out);
    if (settings_.sound->extensions.transport_cc != 0) {
      set_transport_sequence(packet, sent_packets_.add(now.monotonic, packet.size()));
    }
    pacer_.on_sent(packet.size());
  }
  sound_bps_ = sound_->bps(now.monotonic);
  sound_->report(now, out);
}

void ViewerStream::send_media(MonotonicTime now, Outgoing& out) {
  PacketHistory::Packet& packet = history_.first_unsent();
  const MutableBytes bytes = history_.bytes(packet);
  // Into the history too: what is resent with the same SSRC and sequence number has to be the same
  // to the bit, since SRTP would use its key stream a second time.
  if (settings_.extensions.transport_cc != 0) {
    set_transport_sequence(bytes, sent_packets_.add(now, bytes.size()));
  }
  std::ranges::copy(bytes, out.add(bytes.size(), false).begin());
  history_.mark_sent(packet, now);
  if (key_frame_ && packet.sequence == key_frame_->last) key_frames_.on_key_frame_sent(now);
  pacer_.on_sent(bytes.size());
  if (!last_sent_) {
    first_sent_ = now;
    last_heard_ = now;
  }
  last_sent_ = now;
  payload_bytes_ += bytes.size() - rtp_header_bytes(bytes);
  ++counts_.packets;
  counts_.bytes += bytes.size();
}

void ViewerStream::send_resend(MonotonicTime now, Outgoing& out) {
  PacketHistory::Packet* packet = history_.find(resends_.front());
  resends_.pop_front();
  if (packet == nullptr) return;  // overwritten in the meantime
  packet->is_resend_queued = false;
  if (is_outdated(packet->sequence)) return;
  packet->resent = now;
  const Bytes bytes = history_.bytes(*packet);
  std::size_t size = bytes.size();
  if (settings_.rtx_payload_type) {
    size += kRtxOverhead;
    const MutableBytes rtx = out.add(size, false);
    write_rtx(bytes,
              {.payload_type = *settings_.rtx_payload_type,
               .sequence = rtx_sequence_++,
               .ssrc = settings_.rtx_ssrc},
              rtx);
    if (settings_.extensions.transport_cc != 0) {
      set_transport_sequence(rtx, sent_packets_.add(now, size));
    }
  } else {
    std::ranges::copy(bytes, out.add(size, false).begin());
  }
  pacer_.on_sent(size);
  ++counts_.packets_resent;
  counts_.bytes_resent += size;
}

void ViewerStream::send_report(const Now& now, Outgoing& out) {
  const std::uint64_t ntp = ntp_time(now.wall);
  std::array<std::uint8_t, kMaxSenderReportBytes> report{};
  const std::size_t size =
      write_sender_report({.ssrc = settings_.ssrc,
                           .ntp = ntp,
                           .rtp_timestamp = rtp_timestamp(now.monotonic),
                           .packets = static_cast<std::uint32_t>(counts_.packets),
                           .octets = static_cast<std::uint32_t>(payload_bytes_)},
                          settings_.cname, report);
  std::ranges::copy(Bytes(report).first(size), out.add(size, true).begin());
  round_trip_.on_sender_report(ntp_middle(ntp), now.monotonic);
  last_report_ = now.monotonic;
}

void ViewerStream::check_silence(MonotonicTime now) {
  if (!last_sent_ || *last_sent_ <= last_heard_ || now - last_heard_ < kSilence) return;
  estimator_.on_silence();
  last_heard_ = now - kSilence + kSilenceStep;
}

void ViewerStream::on_rtcp(Bytes packet, const Now& now) {
  if (!rtcp_.take(now.monotonic, 1)) {
    ++counts_.rtcp_dropped;
    return;
  }
  const auto items = parse_rtcp(packet);
  if (!items) {
    ++counts_.bad_rtcp;
    return;
  }
  last_heard_ = now.monotonic;
  std::size_t feedbacks = 0;
  for (const RtcpItem& item : *items) {
    const bool is_feedback = std::holds_alternative<TransportFeedback>(item);
    if (is_feedback && ++feedbacks > kMaxFeedbacksPerPacket) continue;
    on_item(item, now.monotonic);
  }
}

void ViewerStream::on_item(const RtcpItem& item, MonotonicTime now) {
  std::visit(
      [&]<class Item>(const Item& one) {
        if constexpr (std::is_same_v<Item, ReportBlock>) {
          on_report(one, now);
        } else if constexpr (std::is_same_v<Item, Nack>) {
          on_nack(one, now);
        } else if constexpr (std::is_same_v<Item, PictureLoss>) {
          if (one.media_ssrc != settings_.ssrc) return;
          ++counts_.picture_losses;
          key_frames_.on_picture_loss(round_trip_.rtt(), now);
        } else if constexpr (std::is_same_v<Item, FullIntraRequest>) {
          if (one.media_ssrc != settings_.ssrc) return;
          ++counts_.picture_losses;
          key_frames_.on_full_intra(one.sequence);
        } else if constexpr (std::is_same_v<Item, BitrateEstimate>) {
          estimator_.on_remb(one.bps, now);
        } else {
          static_assert(std::is_same_v<Item, TransportFeedback>);
          estimator_.on_feedback(sent_packets_.on_feedback(one), now);
        }
      },
      item);
}

void ViewerStream::on_report(const ReportBlock& block, MonotonicTime now) {
  if (block.ssrc != settings_.ssrc) return;
  round_trip_.on_report(block, now);
  estimator_.on_rtt(round_trip_.rtt());
  estimator_.on_loss(block.fraction_lost / 256.0, now);
}

void ViewerStream::on_nack(const Nack& nack, MonotonicTime now) {
  if (nack.media_ssrc != settings_.ssrc) return;
  const Duration pause = std::max(round_trip_.rtt() * 4 / 5, kLeastResendPause);
  for (const std::uint16_t sequence : nack.sequences) {
    ++counts_.packets_nacked;
    PacketHistory::Packet* packet = history_.find(sequence);
    if (packet == nullptr || !packet->sent || packet->is_resend_queued) continue;
    if (now - *packet->sent > kHistoryTime || is_outdated(sequence)) continue;
    if (packet->resent && now - *packet->resent < pause) continue;
    if (resends_.size() >= kMaxQueuedResends) return;
    packet->is_resend_queued = true;
    resends_.push_back(sequence);
  }
}

/// The viewer goes on from the key frame that came after it.
bool ViewerStream::is_outdated(std::uint16_t sequence) const {
  return key_frame_ && static_cast<std::int16_t>(sequence - key_frame_->first) < 0;
}

bool ViewerStream::is_worth_a_key_frame() const {
  return !is_congested_ && queue_time() < kShortQueue;
}

bool ViewerStream::take_key_frame_request(const Now& now) {
  return is_worth_a_key_frame() && key_frames_.take(now.monotonic);
}

MonotonicTime ViewerStream::next_deadline() const {
  if (is_congested_) return kNever;  // set_congested() is the next event
  MonotonicTime next = kNever;
  if (last_sent_) next = last_report_ ? *last_report_ + kReportEach : *last_sent_;
  if (history_.has_unsent() || !resends_.empty()) next = std::min(next, pacer_.next_time());
  if (is_worth_a_key_frame()) next = std::min(next, key_frames_.next_time());
  return next;
}

StreamStatistics ViewerStream::statistics() const {
  StreamStatistics out = counts_;
  if (round_trip_.is_known()) out.rtt = round_trip_.rtt();
  out.loss_fraction = estimator_.loss_fraction();
  out.target_bps = estimator_.target_bps();
  out.top_layer = layers_.active();
  if (sound_) out.sound_packets = sound_->packets();
  return out;
}

}  // namespace turnpike::rtc
