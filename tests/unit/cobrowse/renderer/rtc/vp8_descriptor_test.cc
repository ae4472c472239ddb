#include "cobrowse/renderer/rtc/vp8_descriptor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace turnpike::rtc {
namespace {

TEST(Vp8Descriptor, EveryFieldInItsPlace) {
  std::array<std::uint8_t, kVp8DescriptorBytes> out{};
  write_vp8_descriptor({.starts_frame = true,
                        .picture_id = 0x7abc,
                        .tl0_pic_idx = 0x5a,
                        .temporal_id = 2,
                        .is_layer_sync = true,
                        .key_idx = 33},
                       out);
  EXPECT_THAT(out, testing::ElementsAreArray<int>({0x90, 0xf0, 0xfa, 0xbc, 0x5a, 0x80 | 0x20 | 1}));
  write_vp8_descriptor({}, out);
  EXPECT_THAT(out, testing::ElementsAreArray<int>({0x80, 0xf0, 0x80, 0, 0, 0}));
}

}  // namespace
}  // namespace turnpike::rtc
