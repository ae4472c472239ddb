// A viewer's stream under any order of frames, RTCP, time and congestion: what leaves is bounded,
// its numbers are in a row, and a frame that has begun is finished.
//
// Input: actions of one byte; 0…63 a frame, 64…127 RTCP (the next byte is its length, then its
// bytes with the right SSRC), 128…191 time, 192… congestion and key frame requests.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "base/rng.h"
#include "cobrowse/renderer/rtc/rtp.h"
#include "cobrowse/renderer/rtc/viewer_stream.h"

namespace turnpike::rtc {
namespace {

constexpr std::uint32_t kSsrc = 0x0a0b0c0d;
constexpr RateBounds kRates{.min_bps = 50'000, .start_bps = 500'000, .max_bps = 4'000'000};

class Driver {
 public:
  explicit Driver(Bytes input) : rest_(input) {}

  void run() {
    while (!rest_.empty()) {
      act(take());
      poll();
    }
  }

 private:
  std::uint8_t take() {
    if (rest_.empty()) return 0;
    const std::uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    return byte;
  }
  void act(std::uint8_t action) {
    if (action < 64) {
      frame(action);
    } else if (action < 128) {
      rtcp();
    } else if (action < 192) {
      const Duration step = milliseconds((action - 128) * (action - 128));
      now_.monotonic += step;
      now_.wall += step;
    } else {
      stream_.set_congested(action < 200);
      stream_.take_key_frame_request(now_);
    }
  }
  void frame(std::uint8_t action) {
    const std::size_t size = std::size_t{take()} * ((action & 32) != 0 ? 1000 : 20);
    stream_.on_frame({.data = std::vector<std::uint8_t>(size, action),
                      .captured = now_.monotonic,
                      .is_key = (action & 3) == 3,
                      .temporal_id = static_cast<std::uint8_t>((action & 3) % 3),
                      .is_layer_sync = (action & 4) != 0},
                     now_);
  }
  void rtcp() {
    const std::size_t size = std::min<std::size_t>(take(), rest_.size());
    std::vector<std::uint8_t> packet(rest_.begin(), rest_.begin() + static_cast<long>(size));
    rest_ = rest_.subspan(size);
    if (packet.size() >= 12) store_be32(&packet[8], kSsrc);
    stream_.on_rtcp(packet, now_);
  }
  void poll() {
    out_.clear();
    stream_.poll(now_, out_);
    CHECK(out_.size() <= kMaxPacketsPerPoll + 1);
    for (std::size_t i = 0; i < out_.size(); ++i) {
      if (!out_.is_rtcp(i)) check(out_.packet(i));
    }
    const std::uint64_t target = stream_.target_bps();
    CHECK(target >= kRates.min_bps && target <= kRates.max_bps);
  }
  void check(Bytes packet) {
    CHECK(packet.size() <= kMaxRtpBytes);
    if (load_be32(&packet[8]) != kSsrc) return;
    const std::uint16_t sequence = load_be16(&packet[2]);
    const std::uint32_t timestamp = load_be32(&packet[4]);
    CHECK(!next_ || *next_ == sequence);
    const bool starts = (packet[rtp_header_bytes(packet)] & 0x10) != 0;
    CHECK(starts == !open_);
    CHECK(!open_ || *open_ == timestamp);
    open_ = timestamp;
    if ((packet[1] & 0x80) != 0) open_.reset();
    next_ = static_cast<std::uint16_t>(sequence + 1);
  }

  Bytes rest_;
  SeededRng rng_{1};
  ViewerStream stream_{{.ssrc = kSsrc,
                        .rtx_ssrc = kSsrc + 1,
                        .rtx_payload_type = kOfferedRtx,
                        .extensions = kOfferedExtensions,
                        .mid = "0",
                        .cname = "c",
                        .rates = kRates},
                       rng_};
  Outgoing out_;
  Now now_{.monotonic = MonotonicTime(seconds(100)), .wall = WallTime(seconds(1'700'000'000))};
  std::optional<std::uint16_t> next_;
  std::optional<std::uint32_t> open_;  // the frame that has begun
};

}  // namespace
}  // namespace turnpike::rtc

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  turnpike::rtc::Driver({data, size}).run();
  return 0;
}
