// Tells from send and arrival times whether a queue on the way grows: the slope of the one-way
// delay over groups of packets, against a threshold that adapts (draft-ietf-rmcat-gcc-02, section
// 5).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/time.h"
#include "cobrowse/renderer/rtc/sent_packets.h"

namespace turnpike::rtc {

enum class PathUse : std::uint8_t { kNormal, kOver, kUnder };

class DelayDetector {
 public:
  /// In the order of sending; packets that come out of order are left out. Returns what the path
  /// looks like when this packet has ended a group, for only then something new is known.
  std::optional<PathUse> on_packet(MonotonicTime sent, ArrivalTime arrival);
  PathUse use() const { return use_; }

 private:
  /// Packets that left within 5 ms, or were stuck together on the way.
  struct Group {
    MonotonicTime first_sent{};
    MonotonicTime last_sent{};
    ArrivalTime first_arrival{};
    ArrivalTime last_arrival{};
  };
  struct Point {
    double at_ms = 0;
    double delay_ms = 0;
  };
  bool belongs(MonotonicTime sent, ArrivalTime arrival) const;
  std::optional<PathUse> end_group();
  void on_group(double sent_ms, double arrival_ms, ArrivalTime now);
  double slope() const;
  void detect(double trend, double sent_ms);
  void adapt_threshold(double trend, ArrivalTime now);
  void restart();

  std::optional<Group> current_;
  std::optional<Group> last_;
  std::deque<Point> points_;
  std::optional<ArrivalTime> first_arrival_;
  double delay_ms_ = 0;
  double smoothed_ms_ = 0;
  std::uint32_t deltas_ = 0;
  double threshold_ = 12.5;
  std::optional<ArrivalTime> adapted_;
  double over_ms_ = 0;  // how long the trend has been above the threshold
  std::uint32_t over_count_ = 0;
  double last_trend_ = 0;
  PathUse use_ = PathUse::kNormal;
};

}  // namespace turnpike::rtc
