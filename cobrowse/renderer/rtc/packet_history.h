// The RTP packets of one viewer, in one ring of bytes: those that wait for the pacer and those that
// may be asked for again. The oldest sent ones make room; those that wait are never overwritten.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"

namespace turnpike::rtc {

class PacketHistory {
 public:
  struct Packet {
    std::uint64_t at = 0;  // where it begins, counted from the first byte ever
    std::uint32_t size = 0;
    std::uint16_t sequence = 0;
    bool is_used = false;
    bool is_resend_queued = false;
    std::optional<MonotonicTime> sent{};
    std::optional<MonotonicTime> resent{};
  };

  /// `first_sequence`: of the first packet that is added.
  explicit PacketHistory(std::uint16_t first_sequence);

  std::uint16_t next_sequence() const { return end_; }
  /// Whether a frame of `packets` with `bytes` in all may be added; else the queue would be too
  /// long. Where nothing waits, one frame may be longer than the queue.
  bool has_room(std::size_t packets, std::size_t bytes) const;
  /// Room for the next packet, kMaxRtpBytes; what is written counts with add().
  MutableBytes reserve();
  /// Its first `size` bytes are the packet next_sequence().
  void add(std::size_t size);

  /// The packet, unless it was overwritten or never there.
  Packet* find(std::uint16_t sequence);
  MutableBytes bytes(const Packet& packet);

  bool has_unsent() const { return first_unsent_ != end_; }
  std::size_t unsent_packets() const { return static_cast<std::uint16_t>(end_ - first_unsent_); }
  std::size_t unsent_bytes() const { return unsent_bytes_; }
  /// The oldest that waits; there is one.
  Packet& first_unsent();
  void mark_sent(Packet& packet, MonotonicTime now);
  /// Those that wait are forgotten; their sequence numbers are given out again.
  void drop_unsent();

 private:
  std::unique_ptr<std::uint8_t[]> arena_;
  std::vector<Packet> packets_;
  std::uint64_t head_ = 0;
  std::uint16_t end_;
  std::uint16_t first_unsent_;
  std::size_t unsent_bytes_ = 0;
};

}  // namespace turnpike::rtc
