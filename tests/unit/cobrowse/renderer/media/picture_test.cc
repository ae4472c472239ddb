#include "cobrowse/renderer/media/picture.h"

#include <gtest/gtest.h>

namespace turnpike::media {
namespace {

TEST(Picture, KnowsGoodSizes) {
  EXPECT_TRUE(Picture::is_good_size(1280, 720));
  EXPECT_TRUE(Picture::is_good_size(kMinPictureSide, kMaxPictureSide));
  EXPECT_FALSE(Picture::is_good_size(1279, 720));
  EXPECT_FALSE(Picture::is_good_size(1280, 719));
  EXPECT_FALSE(Picture::is_good_size(14, 720));
  EXPECT_FALSE(Picture::is_good_size(1280, kMaxPictureSide + 2));
  EXPECT_FALSE(Picture::is_good_size(-16, 720));
}

TEST(PictureDeathTest, ABadSizeIsABug) {
  EXPECT_DEATH(Picture(15, 16), "is_good_size");
}

TEST(Picture, IsEmptyThenBlack) {
  Picture picture;
  EXPECT_TRUE(picture.is_empty());
  picture.resize(100, 50);
  EXPECT_FALSE(picture.is_empty());
  EXPECT_EQ(*picture.luma(99, 49), 16);
  EXPECT_EQ(*picture.blue(98, 48), 128);
  EXPECT_EQ(*picture.red(98, 48), 128);
}

TEST(Picture, PlanesDoNotOverlap) {
  Picture picture(34, 18);  // a width that needs padding
  picture.fill(1, 2, 3);
  for (int y = 0; y < 18; ++y) {
    for (int x = 0; x < 34; ++x) {
      ASSERT_EQ(*picture.luma(x, y), 1);
      ASSERT_EQ(*picture.blue(x, y), 2);
      ASSERT_EQ(*picture.red(x, y), 3);
    }
  }
  EXPECT_GE(picture.luma_stride(), 34);
  EXPECT_EQ(picture.chroma_stride() * 2, picture.luma_stride());
  EXPECT_EQ(picture.blue() - picture.luma(), picture.luma_stride() * 18);
  EXPECT_EQ(picture.red() - picture.blue(), picture.chroma_stride() * 9);
}

TEST(Picture, KeepsItsPixelsWhenTheSizeStays) {
  Picture picture(32, 32);
  *picture.luma(5, 6) = 99;
  picture.resize(32, 32);
  EXPECT_EQ(*picture.luma(5, 6), 99);
  picture.resize(16, 16);
  EXPECT_EQ(picture.width(), 16);
  EXPECT_EQ(*picture.luma(5, 6), 16);
}

TEST(Picture, CopiesOneBox) {
  Picture from(64, 64);
  from.fill(200, 90, 60);
  Picture to(64, 64);
  to.copy_box(from, {.x = 11, .y = 21, .width = 2, .height = 1});  // grows to 10…13, 20…21
  EXPECT_EQ(*to.luma(10, 20), 200);
  EXPECT_EQ(*to.luma(13, 21), 200);
  EXPECT_EQ(*to.luma(9, 20), 16);
  EXPECT_EQ(*to.luma(14, 21), 16);
  EXPECT_EQ(*to.luma(10, 22), 16);
  EXPECT_EQ(*to.blue(12, 20), 90);
  EXPECT_EQ(*to.red(10, 20), 60);
  EXPECT_EQ(*to.blue(14, 20), 128);
  EXPECT_EQ(*to.red(10, 22), 128);
}

}  // namespace
}  // namespace turnpike::media
