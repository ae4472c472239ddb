// A browser's receiving side for tests: takes RTP and RTX, puts VP8 frames together again, and
// makes the RTCP that a browser would send. Written against the RFCs, not against the sender's
// code.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"

namespace turnpike::rtc {

struct ReceivedPacket {
  std::uint8_t payload_type = 0;
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
  std::map<int, std::vector<std::uint8_t>> extensions{};
  std::vector<std::uint8_t> payload{};
};

inline ReceivedPacket read_rtp(Bytes bytes) {
  ReceivedPacket out{.payload_type = static_cast<std::uint8_t>(bytes[1] & 0x7f),
                     .marker = (bytes[1] & 0x80) != 0,
                     .sequence = load_be16(&bytes[2]),
                     .timestamp = load_be32(&bytes[4]),
                     .ssrc = load_be32(&bytes[8])};
  std::size_t at = 12;
  if ((bytes[0] & 0x10) != 0) {
    const std::size_t end = 16 + std::size_t{4} * load_be16(&bytes[14]);
    for (at = 16; at < end;) {
      const int id = bytes[at] >> 4;
      const std::size_t size = (bytes[at] & 0xf) + std::size_t{1};
      if (id == 0) {
        ++at;
        continue;
      }
      const Bytes value = bytes.subspan(at + 1, size);
      out.extensions[id].assign(value.begin(), value.end());
      at += 1 + size;
    }
  }
  out.payload.assign(bytes.begin() + static_cast<long>(at), bytes.end());
  return out;
}

struct Vp8Fields {
  bool starts = false;
  int picture_id = 0;
  int tl0_pic_idx = 0;
  int temporal_id = 0;
};

/// RFC 7741 with X, I (15 bits), L and T or K.
inline Vp8Fields read_vp8(const std::vector<std::uint8_t>& payload) {
  return {.starts = (payload[0] & 0x1f) == 0x10,
          .picture_id = load_be16(&payload[2]) & 0x7fff,
          .tl0_pic_idx = payload[4],
          .temporal_id = payload[5] >> 6};
}

struct ReceivedFrame {
  std::vector<std::uint8_t> data{};
  std::uint32_t timestamp = 0;
  Vp8Fields vp8{};
};

class FakeReceiver {
 public:
  FakeReceiver(std::uint32_t ssrc, std::uint32_t rtx_ssrc) : ssrc_(ssrc), rtx_ssrc_(rtx_ssrc) {}

  void on_rtp(Bytes bytes, MonotonicTime now) {
    ReceivedPacket packet = read_rtp(bytes);
    if (packet.extensions.contains(3)) {
      arrivals_[load_be16(packet.extensions[3].data())] = now;
    }
    if (packet.ssrc == rtx_ssrc_) {
      ++rtx_packets;
      packet.sequence = load_be16(packet.payload.data());
      packet.payload.erase(packet.payload.begin(), packet.payload.begin() + 2);
    }
    if (!next_) next_ = highest_ = packet.sequence;
    const auto ahead = static_cast<std::int16_t>(packet.sequence - *next_);
    if (ahead < 0) return;
    if (static_cast<std::int16_t>(packet.sequence - highest_) > 0) highest_ = packet.sequence;
    waiting_.emplace(packet.sequence, std::move(packet));
    put_together();
  }
  void on_rtcp(Bytes bytes, MonotonicTime now) {
    ++reports;
    last_sr_ = load_be32(&bytes[10]);
    last_sr_at_ = now;
  }

  /// RR, NACK where something is missing, transport-wide feedback.
  std::vector<std::uint8_t> make_rtcp(MonotonicTime now, bool with_feedback) {
    std::vector<std::uint8_t> out{0x81, 201, 0, 7, 0, 0, 0, 1};
    put32(out, ssrc_);
    put32(out, 0);
    put32(out, highest_);
    put32(out, 0);
    put32(out, last_sr_);
    put32(out, static_cast<std::uint32_t>((now - last_sr_at_) * 65536 / seconds(1)));
    add_nack(out, now);
    if (with_feedback) add_feedback(out);
    return out;
  }

  std::vector<ReceivedFrame> frames;
  std::size_t rtx_packets = 0;
  std::size_t reports = 0;

 private:
  static void put16(std::vector<std::uint8_t>& out, std::uint16_t v) {
    out.push_back(static_cast<std::uint8_t>(v >> 8));
    out.push_back(static_cast<std::uint8_t>(v));
  }
  static void put32(std::vector<std::uint8_t>& out, std::uint32_t v) {
    put16(out, static_cast<std::uint16_t>(v >> 16));
    put16(out, static_cast<std::uint16_t>(v));
  }
  void put_together() {
    while (next_) {
      const auto found = waiting_.find(*next_);
      if (found == waiting_.end()) return;
      const ReceivedPacket& packet = found->second;
      const Vp8Fields vp8 = read_vp8(packet.payload);
      if (vp8.starts) current_ = {.data = {}, .timestamp = packet.timestamp, .vp8 = vp8};
      current_.data.insert(current_.data.end(), packet.payload.begin() + 6, packet.payload.end());
      if (packet.marker) frames.push_back(std::move(current_));
      waiting_.erase(found);
      ++*next_;
    }
  }
  void add_nack(std::vector<std::uint8_t>& out, MonotonicTime now) {
    std::vector<std::uint16_t> missing;
    for (std::uint16_t s = next_.value_or(0); next_ && static_cast<std::int16_t>(highest_ - s) > 0;
         ++s) {
      if (waiting_.contains(s) || missing.size() >= 100) continue;
      const auto asked = nacked_.find(s);
      if (asked != nacked_.end() && now - asked->second < milliseconds(60)) continue;
      nacked_[s] = now;
      missing.push_back(s);
    }
    if (missing.empty()) return;
    out.insert(out.end(), {0x81, 205});
    put16(out, static_cast<std::uint16_t>(2 + missing.size()));
    put32(out, 1);
    put32(out, ssrc_);
    for (const std::uint16_t sequence : missing) {
      put16(out, sequence);
      put16(out, 0);
    }
  }
  /// Two-bit vectors with large deltas alone: plain, not short.
  void add_feedback(std::vector<std::uint8_t>& out) {
    if (arrivals_.empty()) return;
    if (!feedback_next_) feedback_next_ = arrivals_.begin()->first;
    const std::uint16_t base = *feedback_next_;
    std::uint16_t count = 0;
    for (const auto& one : arrivals_) {
      count = std::max(count, static_cast<std::uint16_t>(one.first - base + 1));
    }
    const auto at = [](MonotonicTime time) {
      return time.time_since_epoch() / std::chrono::microseconds(250);
    };
    const std::int64_t reference = at(arrivals_.begin()->second) / 256 - 1;
    std::vector<std::uint8_t> body;
    put16(body, base);
    put16(body, count);
    put32(body, static_cast<std::uint32_t>((reference & 0xffffff) << 8));
    std::vector<std::uint8_t> deltas;
    std::int64_t last = reference * 256;
    for (std::uint16_t i = 0; i < count; i = static_cast<std::uint16_t>(i + 7)) {
      unsigned chunk = 0xc000;
      for (std::uint16_t j = 0; j < 7; ++j) {
        const auto found = arrivals_.find(static_cast<std::uint16_t>(base + i + j));
        if (found == arrivals_.end()) continue;
        chunk |= 2U << (12 - 2 * j);
        put16(deltas, static_cast<std::uint16_t>(at(found->second) - last));
        last = at(found->second);
      }
      put16(body, static_cast<std::uint16_t>(chunk));
    }
    body.insert(body.end(), deltas.begin(), deltas.end());
    while (body.size() % 4 != 0) body.push_back(0);
    out.insert(out.end(), {0x8f, 205});
    put16(out, static_cast<std::uint16_t>(2 + body.size() / 4));
    put32(out, 1);
    put32(out, ssrc_);
    out.insert(out.end(), body.begin(), body.end());
    arrivals_.clear();
    feedback_next_ = static_cast<std::uint16_t>(base + count);
  }

  std::uint32_t ssrc_;
  std::uint32_t rtx_ssrc_;
  std::optional<std::uint16_t> next_;
  std::uint16_t highest_ = 0;
  std::map<std::uint16_t, ReceivedPacket> waiting_;
  std::map<std::uint16_t, MonotonicTime> nacked_;
  std::map<std::uint16_t, MonotonicTime> arrivals_;
  std::optional<std::uint16_t> feedback_next_;
  ReceivedFrame current_;
  std::uint32_t last_sr_ = 0;
  MonotonicTime last_sr_at_{};
};

}  // namespace turnpike::rtc
