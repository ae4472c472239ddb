#include "cobrowse/renderer/peer/protected_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cobrowse/renderer/peer/dtls_pair.h"

namespace turnpike::peer {
namespace {

using testing::ElementsAre;

/// Reports, since those can be read again: each has its number for an SSRC.
class ProtectedBatchTest : public testing::Test {
 protected:
  void SetUp() override {
    pair_.run();
    ours_ = *SrtpSession::make(*pair_.server.srtp_keys());
    theirs_ = *SrtpSession::make(*pair_.client.srtp_keys());
  }
  void refill(std::initializer_list<std::uint8_t> numbers) {
    rtc::Outgoing& out = batch_.refill();
    for (const std::uint8_t number : numbers) {
      const std::vector<std::uint8_t> report{0x80, 201, 0, 1, 0, 0, 0, number};
      std::ranges::copy(report, out.add(report.size(), true).begin());
    }
  }
  /// The way out has room for so many.
  bool send(std::size_t room) {
    return batch_.send(*ours_, [&](Bytes packet) {
      if (room == 0) return false;
      --room;
      const auto plain = theirs_->unprotect_rtcp(packet);
      arrived_.push_back(plain.size() == 8 ? plain[7] : 0);
      return true;
    });
  }

  DtlsPair pair_;
  std::unique_ptr<SrtpSession> ours_, theirs_;
  ProtectedBatch batch_;
  std::vector<int> arrived_;
};

TEST_F(ProtectedBatchTest, AllOfItLeavesInOrder) {
  EXPECT_TRUE(batch_.empty());
  EXPECT_TRUE(send(1)) << "nothing is fine";
  refill({1, 2, 3});
  EXPECT_FALSE(batch_.empty());
  EXPECT_TRUE(send(3));
  EXPECT_TRUE(batch_.empty());
  EXPECT_THAT(arrived_, ElementsAre(1, 2, 3));
}

TEST_F(ProtectedBatchTest, WhatIsRefusedWaitsAndSoDoesTheRest) {
  refill({1, 2, 3, 4});
  EXPECT_FALSE(send(1));
  EXPECT_FALSE(send(0));
  EXPECT_FALSE(batch_.empty());
  EXPECT_FALSE(send(2));
  EXPECT_TRUE(send(1));
  EXPECT_TRUE(batch_.empty());
  refill({5});
  EXPECT_TRUE(send(1));
  EXPECT_THAT(arrived_, ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(ProtectedBatchTest, WhatIsNoPacketIsLeftOut) {
  refill({1});
  rtc::Outgoing& out = (send(1), batch_.refill());
  out.add(3, false);
  std::ranges::copy(std::vector<std::uint8_t>{0x80, 201, 0, 1, 0, 0, 0, 2},
                    out.add(8, true).begin());
  EXPECT_TRUE(send(1));
  EXPECT_THAT(arrived_, ElementsAre(1, 2));
}

}  // namespace
}  // namespace turnpike::peer
