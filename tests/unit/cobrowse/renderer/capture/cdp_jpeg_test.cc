#include "cobrowse/renderer/capture/cdp_jpeg.h"

#include <gtest/gtest.h>
#include <turbojpeg.h>

#include <algorithm>
#include <vector>

namespace turnpike::capture {
namespace {

struct Colour {
  std::uint8_t red;
  std::uint8_t green;
  std::uint8_t blue;
};

/// The left half has the one colour, the right half the other.
std::vector<std::uint8_t> make_jpeg(int width, int height, Colour left, Colour right,
                                    int sampling = TJSAMP_420) {
  std::vector<std::uint8_t> rgb;
  for (int pixel = 0; pixel < width * height; ++pixel) {
    const Colour& colour = pixel % width < width / 2 ? left : right;
    rgb.insert(rgb.end(), {colour.red, colour.green, colour.blue});
  }
  tjhandle handle = tjInitCompress();
  unsigned char* out = nullptr;
  unsigned long size = 0;
  tjCompress2(handle, rgb.data(), width, 0, height, TJPF_RGB, &out, &size, sampling, 95, 0);
  std::vector<std::uint8_t> jpeg(out, out + size);
  tjFree(out);
  tjDestroy(handle);
  return jpeg;
}

constexpr Colour kWhite{255, 255, 255};
constexpr Colour kBlack{0, 0, 0};
constexpr Colour kRed{255, 0, 0};
constexpr Colour kBlue{0, 0, 255};

JpegError error_of(Bytes jpeg) {
  JpegToPicture decoder;
  media::Picture picture;
  const auto result = decoder.decode(jpeg, picture);
  EXPECT_FALSE(result);
  return result ? JpegError::kTooLong : result.error();
}

TEST(JpegToPicture, FullRangeBecomesLimited) {
  JpegToPicture decoder;
  media::Picture picture;
  ASSERT_TRUE(decoder.decode(make_jpeg(96, 34, kWhite, kBlack), picture));
  EXPECT_EQ(picture.width(), 96);
  EXPECT_EQ(picture.height(), 34);
  EXPECT_EQ(*picture.luma(0, 0), 235);
  EXPECT_EQ(*picture.luma(95, 33), 16);
  EXPECT_EQ(*picture.blue(94, 32), 128);
  EXPECT_EQ(*picture.red(0, 0), 128);
}

TEST(JpegToPicture, EverySamplingGivesTheSameColours) {
  JpegToPicture decoder;
  for (const int sampling : {TJSAMP_420, TJSAMP_422, TJSAMP_444}) {
    media::Picture picture;
    ASSERT_TRUE(decoder.decode(make_jpeg(128, 64, kRed, kBlue, sampling), picture));
    EXPECT_NEAR(*picture.luma(10, 10), 82, 2) << sampling;
    EXPECT_NEAR(*picture.blue(10, 10), 90, 2) << sampling;
    EXPECT_NEAR(*picture.red(10, 10), 240, 2) << sampling;
    EXPECT_NEAR(*picture.luma(120, 60), 41, 2) << sampling;
    EXPECT_NEAR(*picture.blue(120, 60), 240, 2) << sampling;
    EXPECT_NEAR(*picture.red(120, 60), 110, 2) << sampling;
  }
}

TEST(JpegToPicture, GreyIsFine) {
  JpegToPicture decoder;
  media::Picture picture;
  ASSERT_TRUE(decoder.decode(make_jpeg(64, 64, kWhite, kBlack, TJSAMP_GRAY), picture));
  EXPECT_EQ(*picture.luma(0, 0), 235);
  EXPECT_EQ(*picture.luma(63, 0), 16);
  EXPECT_EQ(*picture.red(62, 0), 128);
}

TEST(JpegToPicture, ThePictureFollowsTheSize) {
  JpegToPicture decoder;
  media::Picture picture;
  ASSERT_TRUE(decoder.decode(make_jpeg(64, 64, kWhite, kWhite), picture));
  ASSERT_TRUE(decoder.decode(make_jpeg(32, 16, kBlack, kBlack), picture));
  EXPECT_EQ(picture.width(), 32);
  EXPECT_EQ(*picture.luma(31, 15), 16);
}

TEST(JpegToPicture, SizesAreCheckedBeforeDecoding) {
  EXPECT_EQ(error_of(make_jpeg(65, 64, kWhite, kBlack)), JpegError::kBadSize);
  EXPECT_EQ(error_of(make_jpeg(8, 8, kWhite, kBlack)), JpegError::kBadSize);
  std::vector<std::uint8_t> huge = make_jpeg(64, 64, kWhite, kBlack);
  const std::vector<std::uint8_t> frame_header{0xff, 0xc0};
  const auto at = std::search(huge.begin(), huge.end(), frame_header.begin(), frame_header.end());
  ASSERT_NE(at, huge.end());
  std::fill_n(at + 5, 4, std::uint8_t{0xfe});  // height and width: 65278
  EXPECT_EQ(error_of(huge), JpegError::kBadSize);
}

TEST(JpegToPicture, WhatIsNoJpegIsRefused) {
  EXPECT_EQ(error_of({}), JpegError::kNoJpeg);
  EXPECT_EQ(error_of(as_bytes("\x89PNG\r\n")), JpegError::kNoJpeg);
  EXPECT_EQ(error_of(std::vector<std::uint8_t>(kMaxJpegSize + 1)), JpegError::kTooLong);
}

TEST(JpegToPicture, AJpegThatIsCutOffIsDamaged) {
  for (const int sampling : {TJSAMP_420, TJSAMP_444}) {
    const auto jpeg = make_jpeg(640, 480, kRed, kBlue, sampling);
    EXPECT_EQ(error_of(Bytes(jpeg).first(jpeg.size() / 4 * 3)), JpegError::kDamaged);
  }
}

}  // namespace
}  // namespace turnpike::capture
