// Many ranges, compiled so that one lookup costs a binary search and no allocation, however many
// there are and however they overlap.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ip_address.h"
#include "relay/turn/ip_range.h"

namespace turnpike::turn {

class IpRangeSet {
 public:
  IpRangeSet() = default;
  explicit IpRangeSet(std::vector<IpRange> ranges);

  /// The first of the ranges, in the order they were given, that contains `ip`; nullptr when none
  /// does. The pointer lives as long as the set.
  const IpRange* find(const IpAddress& ip) const;

 private:
  /// From this address up to the next step the answer is the same.
  struct Step {
    IpAddress from;
    std::uint32_t range = 0;  // index into ranges_, or kNoRange
  };
  static constexpr std::uint32_t kNoRange = 0xffffffff;

  std::vector<IpRange> ranges_;
  std::vector<Step> steps_;  // ascending
};

}  // namespace turnpike::turn
