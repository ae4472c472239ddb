// Which of two encodes a viewer gets. One is for all; one whose line carries far less than the
// others' gets a second, small one, so that neither has the picture of the other's line.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace turnpike::media {

enum class Tier : std::uint8_t { kMain, kSlow };

/// Of one viewer. Down at once, up again when it has held for some time: each change costs him a
/// key frame.
class TierChoice {
 public:
  /// `target_bps`: what his line carries; `best_bps`: the best of all viewers' lines, his as well.
  Tier update(std::uint64_t target_bps, std::uint64_t best_bps, MonotonicTime now);
  Tier tier() const { return tier_; }

 private:
  Tier tier_ = Tier::kMain;
  std::optional<MonotonicTime> good_since_;
};

}  // namespace turnpike::media
