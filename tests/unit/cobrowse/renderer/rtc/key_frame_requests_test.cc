#include "cobrowse/renderer/rtc/key_frame_requests.h"

#include <gtest/gtest.h>

namespace turnpike::rtc {
namespace {

constexpr Duration kRtt = milliseconds(50);

MonotonicTime at(std::int64_t ms) {
  return MonotonicTime(seconds(9) + milliseconds(ms));
}

TEST(KeyFrameRequests, AStreamStartsWithOneAndAsksAgain) {
  KeyFrameRequests requests;
  EXPECT_TRUE(requests.is_broken());
  EXPECT_TRUE(requests.take(at(0)));
  EXPECT_FALSE(requests.take(at(0)));
  EXPECT_EQ(requests.next_time(), at(500));
  EXPECT_TRUE(requests.take(at(500)));
  requests.on_key_frame(at(520));
  EXPECT_FALSE(requests.is_broken());
  EXPECT_EQ(requests.next_time(), kNever);
  EXPECT_FALSE(requests.take(at(5000)));
}

TEST(KeyFrameRequests, TheViewerAsks) {
  KeyFrameRequests requests;
  requests.on_key_frame(at(0));
  requests.on_picture_loss(kRtt, at(149));
  EXPECT_FALSE(requests.take(at(149))) << "one is on its way";
  requests.on_picture_loss(kRtt, at(150));
  EXPECT_FALSE(requests.is_broken());
  EXPECT_TRUE(requests.take(at(150)));
  requests.on_key_frame(at(160));
  requests.on_picture_loss(kRtt, at(400));
  EXPECT_FALSE(requests.take(at(400))) << "not too often";
  EXPECT_TRUE(requests.take(at(650))) << "and not forgotten";
}

TEST(KeyFrameRequests, FullIntraCountsOncePerNumber) {
  KeyFrameRequests requests;
  requests.on_key_frame(at(0));
  requests.on_full_intra(7);
  EXPECT_TRUE(requests.take(at(1000)));
  requests.on_key_frame(at(1010));
  requests.on_full_intra(7);
  EXPECT_FALSE(requests.take(at(3000)));
  requests.on_full_intra(8);
  EXPECT_TRUE(requests.take(at(3000)));
}

TEST(KeyFrameRequests, ABrokenChain) {
  KeyFrameRequests requests;
  requests.on_key_frame(at(0));
  requests.on_broken_chain();
  EXPECT_TRUE(requests.is_broken());
  EXPECT_TRUE(requests.take(at(1)));
}

}  // namespace
}  // namespace turnpike::rtc
