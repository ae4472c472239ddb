#include "cobrowse/renderer/media/box.h"

#include <gtest/gtest.h>

namespace turnpike::media {
namespace {

constexpr Box box(int x, int y, int width, int height) {
  return {.x = x, .y = y, .width = width, .height = height};
}

TEST(Box, BoundsTwoBoxes) {
  EXPECT_EQ(bounding(box(10, 20, 5, 5), box(30, 5, 10, 10)), box(10, 5, 30, 20));
  EXPECT_EQ(bounding(box(0, 0, 9, 9), box(2, 2, 3, 3)), box(0, 0, 9, 9));
}

TEST(Box, AnEmptyBoxAddsNothing) {
  EXPECT_EQ(bounding(Box{}, box(7, 8, 1, 1)), box(7, 8, 1, 1));
  EXPECT_EQ(bounding(box(7, 8, 1, 1), box(100, 100, 0, 5)), box(7, 8, 1, 1));
}

TEST(Box, ContainsItsFirstPixelAndNotTheOneAfterTheLast) {
  EXPECT_TRUE(box(2, 3, 4, 5).contains(2, 3));
  EXPECT_TRUE(box(2, 3, 4, 5).contains(5, 7));
  EXPECT_FALSE(box(2, 3, 4, 5).contains(6, 7));
  EXPECT_FALSE(box(2, 3, 4, 5).contains(5, 8));
  EXPECT_FALSE(box(2, 3, 4, 5).contains(1, 3));
}

TEST(Box, EvenPartGrowsToEvenCoordinates) {
  EXPECT_EQ(even_part(box(3, 5, 1, 1), 64, 64), box(2, 4, 2, 2));
  EXPECT_EQ(even_part(box(4, 6, 2, 2), 64, 64), box(4, 6, 2, 2));
  EXPECT_EQ(even_part(box(1, 1, 2, 2), 64, 64), box(0, 0, 4, 4));
}

TEST(Box, EvenPartStaysInThePicture) {
  EXPECT_EQ(even_part(box(-10, -10, 1000, 1000), 64, 32), box(0, 0, 64, 32));
  EXPECT_EQ(even_part(box(63, 31, 10, 10), 64, 32), box(62, 30, 2, 2));
  EXPECT_TRUE(even_part(box(64, 0, 10, 10), 64, 32).is_empty());
  EXPECT_TRUE(even_part(box(-20, 0, 10, 10), 64, 32).is_empty());
  EXPECT_TRUE(even_part(box(5, 5, 0, 3), 64, 32).is_empty());
}

}  // namespace
}  // namespace turnpike::media
