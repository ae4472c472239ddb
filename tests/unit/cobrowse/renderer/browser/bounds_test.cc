#include "cobrowse/renderer/browser/bounds.h"

#include <gtest/gtest.h>

namespace turnpike::browser {
namespace {

TEST(Bounds, TextIsCutBetweenCharacters) {
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("abcd", 3), "abc");
  EXPECT_EQ(cut("ab€", 5), "ab€");
  EXPECT_EQ(cut("ab€c", 5), "ab€");
  EXPECT_EQ(cut("ab€", 4), "ab");
  EXPECT_EQ(cut("ab€", 3), "ab");
  EXPECT_EQ(cut("€", 2), "");
  EXPECT_EQ(cut("€", 0), "");
  EXPECT_EQ(cut("\x80\x80\x80", 2), "");  // no UTF-8 at all
}

TEST(Bounds, ThreeWithinAWindow) {
  std::deque<MonotonicTime> times;
  const auto come = [&](int second) {
    return is_too_often(times, 3, seconds(10), MonotonicTime(seconds(second)));
  };
  EXPECT_FALSE(come(0));
  EXPECT_FALSE(come(5));
  EXPECT_FALSE(come(9));
  EXPECT_TRUE(come(10));
  EXPECT_FALSE(come(11));  // the first one is forgotten
  EXPECT_TRUE(come(12));
  EXPECT_EQ(times.size(), 3U);
}

}  // namespace
}  // namespace turnpike::browser
