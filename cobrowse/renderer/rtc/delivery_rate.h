// How many bits per second arrive at the viewer: what the path is known to carry, where as much was
// sent.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "cobrowse/renderer/rtc/sent_packets.h"

namespace turnpike::rtc {

/// A picture is sent in bursts with pauses between them, so it is the better one of a short and of
/// a long window that counts.
class DeliveryRate {
 public:
  void on_packet(ArrivalTime arrival, std::size_t bytes);
  /// nullopt: too little has arrived so far.
  std::optional<double> bps() const;

 private:
  struct Arrived {
    ArrivalTime at{};
    std::size_t bytes = 0;
  };
  double over(ArrivalTime window) const;

  std::deque<Arrived> arrived_;
  std::optional<ArrivalTime> first_;
};

}  // namespace turnpike::rtc
