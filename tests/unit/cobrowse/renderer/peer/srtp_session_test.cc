#include "cobrowse/renderer/peer/srtp_session.h"

#include <gtest/gtest.h>

#include "tests/unit/cobrowse/renderer/peer/dtls_pair.h"

namespace turnpike::peer {
namespace {

std::vector<std::uint8_t> rtp(std::uint16_t sequence) {
  std::vector<std::uint8_t> packet{0x80,
                                   96,
                                   static_cast<std::uint8_t>(sequence >> 8),
                                   static_cast<std::uint8_t>(sequence),
                                   0,
                                   0,
                                   0,
                                   1,
                                   0,
                                   0,
                                   0,
                                   7};
  packet.resize(100, 0x55);
  return packet;
}

std::vector<std::uint8_t> receiver_report(std::uint8_t sender = 9) {
  return {0x80, 201, 0, 1, 0, 0, 0, sender};
}

class SrtpSessionTest : public testing::Test {
 protected:
  void SetUp() override {
    pair_.run();
    ours_ = *SrtpSession::make(*pair_.server.srtp_keys());
    theirs_ = *SrtpSession::make(*pair_.client.srtp_keys());
  }
  DtlsPair pair_;
  std::unique_ptr<SrtpSession> ours_, theirs_;
};

TEST_F(SrtpSessionTest, RtcpArrivesOnceAndUnchanged) {
  auto packet = receiver_report();
  ASSERT_TRUE(theirs_->protect_rtcp(packet));
  EXPECT_NE(packet, receiver_report());
  EXPECT_EQ(ours_->unprotect_rtcp(packet), receiver_report());
  EXPECT_TRUE(ours_->unprotect_rtcp(packet).empty()) << "a replay";
}

TEST_F(SrtpSessionTest, ForgedRtcpIsDropped) {
  auto packet = receiver_report();
  ASSERT_TRUE(theirs_->protect_rtcp(packet));
  packet[6] ^= 1;
  EXPECT_TRUE(ours_->unprotect_rtcp(packet).empty());
  EXPECT_TRUE(ours_->unprotect_rtcp(receiver_report()).empty());
  EXPECT_TRUE(ours_->unprotect_rtcp({}).empty());
}

// libsrtp would keep something for each of them, and look through it for each packet.
TEST_F(SrtpSessionTest, OnlySoManySendersAreHeard) {
  const auto is_heard = [this](std::uint8_t sender) {
    auto packet = receiver_report(sender);
    EXPECT_TRUE(theirs_->protect_rtcp(packet));
    return !ours_->unprotect_rtcp(packet).empty();
  };
  for (std::uint8_t i = 100; i < 200; ++i) {
    auto forged = receiver_report(i);
    forged.resize(40);
    EXPECT_TRUE(ours_->unprotect_rtcp(forged).empty());
  }
  for (std::uint8_t i = 0; i < SrtpSession::kMaxSenders; ++i) EXPECT_TRUE(is_heard(i));
  EXPECT_FALSE(is_heard(SrtpSession::kMaxSenders));
  for (std::uint8_t i = 0; i < SrtpSession::kMaxSenders; ++i) EXPECT_TRUE(is_heard(i));
}

TEST_F(SrtpSessionTest, APacketIsSentAgainAsItWas) {
  auto first = rtp(10), again = rtp(10);
  ASSERT_TRUE(ours_->protect_rtp(first));
  for (std::uint16_t i = 11; i < 800; ++i) {
    auto packet = rtp(i);
    ASSERT_TRUE(ours_->protect_rtp(packet));
  }
  ASSERT_TRUE(ours_->protect_rtp(again));
  EXPECT_EQ(first, again);
  EXPECT_LE(first.size(), rtp(10).size() + SrtpSession::kOverhead);
  std::vector<std::uint8_t> none;
  EXPECT_FALSE(ours_->protect_rtp(none));
}

TEST(SrtpProfiles, TheOldOneWorksToo) {
  SrtpKeys ours{.profile = SrtpProfile::kAes128CmSha1_80,
                .local = Secret(std::string(30, 'a')),
                .remote = Secret(std::string(30, 'b'))};
  SrtpKeys theirs = ours;
  std::swap(theirs.local, theirs.remote);
  const auto sender = *SrtpSession::make(ours), receiver = *SrtpSession::make(theirs);
  auto packet = receiver_report();
  ASSERT_TRUE(sender->protect_rtcp(packet));
  EXPECT_EQ(receiver->unprotect_rtcp(packet), receiver_report());
}

}  // namespace
}  // namespace turnpike::peer
