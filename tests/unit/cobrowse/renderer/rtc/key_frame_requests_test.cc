#include "cobrowse/renderer/rtc/key_frame_requests.h"

#include <gtest/gtest.h>

#include <vector>

namespace turnpike::rtc {
namespace {

constexpr Duration kRtt = milliseconds(50);

MonotonicTime at(std::int64_t ms) {
  return MonotonicTime(seconds(9) + milliseconds(ms));
}

void send_key_frame(KeyFrameRequests& requests, MonotonicTime now) {
  requests.on_key_frame();
  requests.on_key_frame_sent(now);
}

TEST(KeyFrameRequests, AStreamStartsWithOneAndAsksAgain) {
  KeyFrameRequests requests;
  EXPECT_TRUE(requests.is_broken());
  EXPECT_TRUE(requests.take(at(0)));
  EXPECT_FALSE(requests.take(at(0)));
  EXPECT_EQ(requests.next_time(), at(500));
  EXPECT_TRUE(requests.take(at(500)));
  send_key_frame(requests, at(520));
  EXPECT_FALSE(requests.is_broken());
  EXPECT_EQ(requests.next_time(), kNever);
  EXPECT_FALSE(requests.take(at(5000)));
}

TEST(KeyFrameRequests, TheViewerAsks) {
  KeyFrameRequests requests;
  send_key_frame(requests, at(0));
  requests.on_picture_loss(kRtt, at(149));
  EXPECT_FALSE(requests.take(at(149))) << "one is on its way";
  requests.on_picture_loss(kRtt, at(150));
  EXPECT_FALSE(requests.is_broken());
  EXPECT_TRUE(requests.take(at(150)));
  send_key_frame(requests, at(160));
  requests.on_picture_loss(kRtt, at(400));
  EXPECT_FALSE(requests.take(at(400))) << "not too often";
  EXPECT_TRUE(requests.take(at(650))) << "and not forgotten";
}

TEST(KeyFrameRequests, FullIntraCountsOncePerNumber) {
  KeyFrameRequests requests;
  send_key_frame(requests, at(0));
  requests.on_full_intra(7);
  EXPECT_TRUE(requests.take(at(1000)));
  send_key_frame(requests, at(1010));
  requests.on_full_intra(7);
  EXPECT_FALSE(requests.take(at(3000)));
  requests.on_full_intra(8);
  EXPECT_TRUE(requests.take(at(3000)));
}

TEST(KeyFrameRequests, ABrokenChain) {
  KeyFrameRequests requests;
  send_key_frame(requests, at(0));
  requests.on_broken_chain();
  EXPECT_TRUE(requests.is_broken());
  EXPECT_TRUE(requests.take(at(1)));
}

TEST(KeyFrameRequests, OneThatWaitsIsOnItsWay) {
  KeyFrameRequests requests;
  requests.on_key_frame();
  requests.on_picture_loss(kRtt, at(9000));
  EXPECT_FALSE(requests.take(at(9000))) << "a narrow line takes seconds for it";
  requests.on_key_frame_sent(at(9100));
  requests.on_picture_loss(kRtt, at(9249));
  EXPECT_FALSE(requests.take(at(9249)));
  requests.on_picture_loss(kRtt, at(9250));
  EXPECT_TRUE(requests.take(at(9250)));
}

TEST(KeyFrameRequests, WhoAsksAllTheTimeIsHeardLessOften) {
  KeyFrameRequests requests;
  std::vector<std::int64_t> taken;
  for (std::int64_t ms = 0; ms <= 16'000; ms += 100) {
    send_key_frame(requests, at(ms - 1000));
    requests.on_picture_loss(kRtt, at(ms));
    if (requests.take(at(ms))) taken.push_back(ms);
  }
  EXPECT_EQ(taken, (std::vector<std::int64_t>{0, 500, 1500, 3500, 7500, 11'500, 15'500}));
  requests.on_picture_loss(kRtt, at(60'000));
  EXPECT_TRUE(requests.take(at(60'000)));
  EXPECT_FALSE(requests.is_broken());
  requests.on_picture_loss(kRtt, at(60'001));
  EXPECT_EQ(requests.next_time(), at(60'500)) << "it has been long ago";
}

// However he spaces them.
TEST(KeyFrameRequests, NobodyHasMoreThanSomeAMinute) {
  for (const std::int64_t each : {100, 510, 1010, 2010, 3990}) {
    KeyFrameRequests requests;
    int taken = 0;
    for (std::int64_t ms = 0; ms < 60'000; ms += each) {
      send_key_frame(requests, at(ms - 1000));
      requests.on_picture_loss(kRtt, at(ms));
      if (requests.take(at(ms))) ++taken;
    }
    EXPECT_LE(taken, 20) << each;
  }
}

TEST(KeyFrameRequests, AQueueThatWasDropped) {
  KeyFrameRequests requests;
  requests.on_key_frame();
  requests.on_queue_dropped();
  EXPECT_TRUE(requests.is_broken());
  EXPECT_TRUE(requests.take(at(0)));
}

}  // namespace
}  // namespace turnpike::rtc
