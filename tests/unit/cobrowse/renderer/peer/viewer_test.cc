#include "cobrowse/renderer/peer/viewer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace turnpike::peer {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// As Chromium answers, with a fingerprint of nobody.
const std::string kAnswer =
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n"
    "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\na=ice-options:trickle\r\n"
    "a=fingerprint:sha-256 D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:B4:84:24:2C:C2:A2:C0:3E:FD:34:8E:"
    "5E:EA:6F:AF:52:CE:E6:0F\r\n"
    "a=setup:active\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\n";

/// It never answers.
const ice::RelayServer kNoRelay{
    .address = {IpAddress::v4(127, 0, 0, 1), 9}, .username = "u", .password = Secret("p")};

std::string candidate(const std::string& address, const std::string& type, int port = 50123) {
  return "candidate:1 1 udp 41885439 " + address + " " + std::to_string(port) + " typ " + type +
         (type == "host" ? "" : " raddr 0.0.0.0 rport 0");
}

/// Without a relay: the way of the media is for tests/e2e. All on the loop's thread.
class ViewerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto identity = DtlsIdentity::make();
    ASSERT_TRUE(identity) << identity.error();
    identity_ = *std::move(identity);
  }
  void TearDown() override {
    loop_.run([this] { viewer_.reset(); });
  }
  void make(milliseconds deadline = seconds(30)) {
    loop_.run([&] {
      auto made = Viewer::make(
          loop_, {kNoRelay}, *identity_, {.setup_deadline = deadline}, rng_,
          {.on_offer = [this](const std::string& sdp) { offers_.push_back(sdp); },
           .on_candidate = [this](const std::string& line) { candidates_.push_back(line); },
           .on_connected = [this](const ice::SelectedPair&) { ++connected_; },
           .on_lost =
               [this](const std::string& why) {
                 const std::lock_guard lock(mutex_);
                 lost_.push_back(why);
                 changed_.notify_all();
               },
           .on_key_frame_wanted = [] {}});
      ASSERT_TRUE(made) << made.error();
      viewer_ = *std::move(made);
    });
  }
  bool answer(const std::string& sdp) {
    bool good = false;
    loop_.run([&] { good = viewer_->on_answer(sdp); });
    return good;
  }
  bool tell(const std::string& line) {
    bool good = false;
    loop_.run([&] { good = viewer_->on_candidate(line); });
    return good;
  }
  std::vector<std::string> lost() {
    const std::lock_guard lock(mutex_);
    return lost_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> offers_, candidates_, lost_;
  int connected_ = 0;
  SeededRng rng_{7};
  std::unique_ptr<DtlsIdentity> identity_;
  ice::EventLoop loop_;
  std::unique_ptr<Viewer> viewer_;
};

TEST_F(ViewerTest, OffersAtOnceWhatIsItsOwn) {
  make();
  ASSERT_EQ(offers_.size(), 1U);
  EXPECT_THAT(offers_[0], StartsWith("v=0\r\n"));
  EXPECT_THAT(offers_[0], HasSubstr("a=setup:actpass\r\n"));
  EXPECT_THAT(offers_[0], HasSubstr("a=sendonly\r\n"));
  EXPECT_THAT(offers_[0], HasSubstr("a=ice-ufrag:"));
  loop_.run([this] {
    EXPECT_FALSE(viewer_->is_playing());
    EXPECT_EQ(viewer_->target_bps(), rtc::RateBounds{}.start_bps);
    EXPECT_FALSE(viewer_->statistics());
    viewer_.reset();
  });
  make();
  EXPECT_NE(offers_[0], offers_[1]) << "nothing is used twice";
}

TEST_F(ViewerTest, ItHasNoCandidatesButRelayedOnes) {
  make();
  EXPECT_TRUE(answer(kAnswer));
  loop_.run([] {});
  EXPECT_TRUE(candidates_.empty()) << candidates_[0];
}

TEST_F(ViewerTest, OneGoodAnswer) {
  make();
  EXPECT_TRUE(answer(kAnswer));
  EXPECT_FALSE(answer(kAnswer));
  EXPECT_TRUE(lost().empty());
}

TEST_F(ViewerTest, BadAnswersAreTheEnd) {
  std::string no_vp8 = kAnswer;
  no_vp8.replace(no_vp8.find("VP8"), 3, "H26");
  std::string sends = kAnswer;
  sends.replace(sends.find("recvonly"), 8, "inactive");
  for (const std::string& sdp :
       {std::string(), std::string("x"), no_vp8, sends, std::string(1 << 20, 'a')}) {
    lost_.clear();
    make();
    EXPECT_FALSE(answer(sdp));
    ASSERT_EQ(lost().size(), 1U);
    EXPECT_THAT(lost()[0], StartsWith("the answer: "));
    EXPECT_FALSE(answer(kAnswer)) << "it is good for nothing any more";
    EXPECT_FALSE(tell(candidate("192.0.2.1", "relay")));
    EXPECT_EQ(lost().size(), 1U);
    loop_.run([this] { viewer_.reset(); });
  }
}

TEST_F(ViewerTest, OnlyRelayedCandidatesOfAddresses) {
  make();
  for (const bool is_answered : {false, true}) {
    ASSERT_TRUE(!is_answered || answer(kAnswer));
    EXPECT_TRUE(tell(candidate("192.0.2.1", "relay", is_answered ? 1000 : 1001)));
    EXPECT_FALSE(tell(candidate("192.0.2.1", "host")));
    EXPECT_FALSE(tell(candidate("192.0.2.1", "srflx")));
    EXPECT_FALSE(tell(candidate("192.0.2.1", "prflx")));
    EXPECT_FALSE(tell(candidate("name.local", "relay")));
    EXPECT_FALSE(tell(candidate("name.local", "host")));
    EXPECT_FALSE(tell("candidate:1 1 tcp 1 192.0.2.1 5 typ relay"));
    EXPECT_FALSE(tell("candidate:1 1 tcp 1 192.0.2.1 5 typ relay tcptype active"));
    EXPECT_FALSE(tell("candidate:1 2 udp 1 192.0.2.1 5 typ relay"));
    EXPECT_FALSE(tell("candidate:"));
    EXPECT_FALSE(tell(""));
  }
}

TEST_F(ViewerTest, CandidatesBeforeTheAnswerAreKept) {
  make();
  const auto tell_many = [this](int first) {
    int taken = 0;
    for (int i = 0; i < 100; ++i) taken += tell(candidate("192.0.2.1", "relay", first + i)) ? 1 : 0;
    return taken;
  };
  loop_.run([this] { EXPECT_TRUE(viewer_->on_candidate(candidate("192.0.2.9", "relay"))); });
  EXPECT_TRUE(answer(kAnswer));
  // libnice takes 32 in all, and one is there.
  EXPECT_EQ(tell_many(3000), 31);
}

TEST_F(ViewerTest, WhoDoesNotConnectInTimeIsLost) {
  make(milliseconds(30));
  {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, seconds(10), [this] { return !lost_.empty(); }));
    EXPECT_EQ(lost_[0], "no connection in time");
  }
  EXPECT_FALSE(answer(kAnswer));
  EXPECT_EQ(connected_, 0);
}

TEST_F(ViewerTest, FramesBeforeItPlaysAreNobodys) {
  make();
  loop_.run([this] {
    viewer_->on_frame({.data = {1, 2, 3}, .is_key = true});
    EXPECT_FALSE(viewer_->is_playing());
  });
  EXPECT_TRUE(lost().empty());
}

}  // namespace
}  // namespace turnpike::peer
