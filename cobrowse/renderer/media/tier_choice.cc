#include "cobrowse/renderer/media/tier_choice.h"

namespace turnpike::media {
namespace {

constexpr double kFarLess = 0.4;      // below this share of the best
constexpr double kNearlyEqual = 0.7;  // from this share on
// A line that carries this much shows text well enough for everybody, whatever others have.
constexpr std::uint64_t kGoodBps = 1'000'000;
constexpr std::uint64_t kSurelyGoodBps = 1'300'000;
constexpr Duration kGoodFor = seconds(5);

}  // namespace

Tier TierChoice::update(std::uint64_t target_bps, std::uint64_t best_bps, MonotonicTime now) {
  const double share = static_cast<double>(target_bps) / static_cast<double>(best_bps);
  if (tier_ == Tier::kMain) {
    if (share < kFarLess && target_bps < kGoodBps) tier_ = Tier::kSlow;
    good_since_.reset();
  } else if (share < kNearlyEqual && target_bps < kSurelyGoodBps) {
    good_since_.reset();
  } else if (!good_since_) {
    good_since_ = now;
  } else if (now - *good_since_ >= kGoodFor) {
    tier_ = Tier::kMain;
  }
  return tier_;
}

}  // namespace turnpike::media
