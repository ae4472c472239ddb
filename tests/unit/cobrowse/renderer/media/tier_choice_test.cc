#include "cobrowse/renderer/media/tier_choice.h"

#include <gtest/gtest.h>

namespace turnpike::media {
namespace {

MonotonicTime at(int ms) {
  return MonotonicTime(seconds(100) + milliseconds(ms));
}

TEST(TierChoice, WhoIsAloneHasTheMainOne) {
  TierChoice choice;
  EXPECT_EQ(choice.update(50'000, 50'000, at(0)), Tier::kMain);
}

TEST(TierChoice, FarLessThanTheOthersAndLittle) {
  EXPECT_EQ(TierChoice().update(500'000, 1'000'000, at(0)), Tier::kMain);
  EXPECT_EQ(TierChoice().update(1'100'000, 8'000'000, at(0)), Tier::kMain);
  EXPECT_EQ(TierChoice().update(300'000, 3'000'000, at(0)), Tier::kSlow);
}

TEST(TierChoice, UpAgainWhenItHasHeld) {
  TierChoice choice;
  choice.update(300'000, 3'000'000, at(0));
  EXPECT_EQ(choice.update(1'000'000, 3'000'000, at(1000)), Tier::kSlow);
  choice.update(1'300'000, 3'000'000, at(2000));
  choice.update(900'000, 3'000'000, at(6000));
  EXPECT_EQ(choice.update(1'300'000, 3'000'000, at(7000)), Tier::kSlow) << "from here on";
  EXPECT_EQ(choice.update(1'300'000, 3'000'000, at(11'999)), Tier::kSlow);
  EXPECT_EQ(choice.update(1'300'000, 3'000'000, at(12'000)), Tier::kMain);
}

TEST(TierChoice, UpAgainWhenTheBetterOnesHaveGone) {
  TierChoice choice;
  choice.update(300'000, 3'000'000, at(0));
  choice.update(300'000, 300'000, at(1000));
  EXPECT_EQ(choice.update(300'000, 300'000, at(6000)), Tier::kMain);
  EXPECT_EQ(choice.tier(), Tier::kMain);
}

}  // namespace
}  // namespace turnpike::media
