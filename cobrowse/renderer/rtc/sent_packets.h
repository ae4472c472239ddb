// Remembers when each packet with a transport-wide sequence number left, and joins that with what
// the viewer reports about it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "cobrowse/renderer/rtc/rtcp.h"

namespace turnpike::rtc {

/// On the viewer's clock, which has nothing to do with ours but its pace.
using ArrivalTime = std::chrono::microseconds;

struct PacketResult {
  MonotonicTime sent{};
  std::optional<ArrivalTime> arrival{};  // nullopt: reported as lost
  std::size_t bytes = 0;
};

class SentPackets {
 public:
  SentPackets();

  /// The sequence number for a packet that leaves now.
  std::uint16_t add(MonotonicTime now, std::size_t bytes);

  /// Each packet is told as lost once at most, and as received once at most; one that was told as
  /// lost can still be received. Numbers that were not given out, or long ago, are left out.
  std::vector<PacketResult> on_feedback(const TransportFeedback& feedback);

 private:
  enum class State : std::uint8_t { kEmpty, kSent, kLost, kReceived };
  struct Entry {
    MonotonicTime sent{};
    std::uint32_t bytes = 0;
    std::uint16_t sequence = 0;
    State state = State::kEmpty;
  };
  Entry* find(std::uint16_t sequence);
  ArrivalTime unwrap(std::uint32_t reference);

  std::vector<Entry> entries_;
  std::uint16_t next_ = 0;
  std::optional<std::uint32_t> last_reference_;
  ArrivalTime base_{};
};

}  // namespace turnpike::rtc
