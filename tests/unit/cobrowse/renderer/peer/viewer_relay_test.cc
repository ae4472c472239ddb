// A viewer's peer and its other side, between them the real relay.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <regex>
#include <thread>

#include "cobrowse/renderer/peer/viewer.h"
#include "tests/unit/cobrowse/renderer/ice/relay_program.h"

namespace turnpike::peer {
namespace {

std::string value_of(const std::string& sdp, const std::string& name) {
  std::smatch found;
  return std::regex_search(sdp, found, std::regex("a=" + name + ":([^\r]*)")) ? found[1].str() : "";
}

/// The page. Its candidates are told when the test says so, those of `decoy` at once: since they
/// have the same address, the relay lets the page's checks through.
class ViewerRelayTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(relay_.error(), "");
    loop_.run([this] {
      page_ = agent({.on_candidate = [this](const std::string& line) { tell("page", line); },
                     .on_gathered = {},
                     .on_state =
                         [this](ice::IceState state) {
                           if (state == ice::IceState::kConnected) handshake();
                         },
                     .on_datagram =
                         [this](Bytes datagram) {
                           dtls_.feed(datagram);
                           flush();
                         }});
      decoy_ = agent({.on_candidate = [this](const std::string& line) { tell("decoy", line); },
                      .on_gathered = {},
                      .on_state = {},
                      .on_datagram = {}});
    });
    ASSERT_NE(told("page"), "");
    ASSERT_NE(told("decoy"), "");
    loop_.run([this] { begin(); });
  }
  void TearDown() override {
    loop_.run([this] {
      viewer_.reset();
      page_.reset();
      decoy_.reset();
    });
  }
  std::unique_ptr<ice::IceAgent> agent(ice::IceEvents events) {
    auto made = ice::IceAgent::make(loop_, relay_.servers(), std::move(events));
    return made ? *std::move(made) : nullptr;
  }
  void begin() {
    auto made = Viewer::make(
        loop_, relay_.servers(), *ours_, {.silence = silence_}, rng_,
        {.on_offer = [this](const std::string& sdp) { offer_ = sdp; },
         .on_candidate = [this](const std::string& line) { page_->add_remote_candidate(line); },
         .on_connected =
             [this](const ice::SelectedPair& pair) {
               tell("connected", pair.local + " to " + pair.remote);
             },
         .on_lost = [this](const std::string& why) { tell("lost", why); },
         .on_key_frame_wanted = [] {}});
    ASSERT_TRUE(made) << made.error();
    viewer_ = *std::move(made);
    page_->set_remote(value_of(offer_, "ice-ufrag"), value_of(offer_, "ice-pwd"));
    EXPECT_TRUE(viewer_->on_answer(fmt::format(
        "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
        "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\n"
        "a=fingerprint:sha-256 {}\r\na=setup:active\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\n"
        "a=rtpmap:96 VP8/90000\r\n",
        page_->ufrag(), page_->password(), rtc::fingerprint_text(theirs_->fingerprint()))));
    EXPECT_TRUE(viewer_->on_candidate(told("decoy")));
  }
  void handshake() {
    if (!std::exchange(has_begun_, true)) dtls_.start();
    flush();
  }
  void flush() {
    for (const auto& datagram : dtls_.take_output()) page_->send(datagram);
    if (dtls_.state() == DtlsTransport::State::kOpen) tell("open", "DTLS");
  }
  void tell(const std::string& what, const std::string& text) {
    const std::lock_guard lock(mutex_);
    told_.emplace(what, text);
    changed_.notify_all();
  }
  /// Empty: it does not come.
  std::string told(const std::string& what, milliseconds patience = seconds(15)) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return told_.contains(what); });
    return told_.contains(what) ? told_[what] : "";
  }

  milliseconds silence_ = seconds(30);
  ice::RelayProgram relay_;
  SeededRng rng_{7};
  std::unique_ptr<DtlsIdentity> ours_ = *DtlsIdentity::make(), theirs_ = *DtlsIdentity::make();
  DtlsTransport dtls_{*theirs_, DtlsTransport::Role::kClient, ours_->fingerprint()};
  ice::EventLoop loop_;
  std::unique_ptr<ice::IceAgent> page_, decoy_;
  std::unique_ptr<Viewer> viewer_;
  std::string offer_;
  bool has_begun_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::string> told_;
};

TEST_F(ViewerRelayTest, ACandidateThatIsToldOfLateIsWaitedFor) {
  ASSERT_EQ(told("open"), "DTLS") << "on a way that is not proven";
  EXPECT_EQ(told("connected", milliseconds(300)), "");
  loop_.run([this] {
    EXPECT_FALSE(viewer_->is_playing());
    EXPECT_TRUE(viewer_->on_candidate(told("page")));
  });
  EXPECT_EQ(told("connected"), "relay to relay");
  EXPECT_EQ(told("lost", milliseconds(100)), "");
  loop_.run([this] { EXPECT_TRUE(viewer_->is_playing()); });
}

TEST_F(ViewerRelayTest, OneThatIsNeverToldOfIsRefused) {
  EXPECT_EQ(told("lost"), "not from relay to relay");
  EXPECT_EQ(told("connected"), "relay to prflx");
  loop_.run([this] { EXPECT_FALSE(viewer_->is_playing()); });
}

/// The page of these tests sends no RTCP.
class SilentViewerTest : public ViewerRelayTest {
 protected:
  SilentViewerTest() { silence_ = seconds(3); }
  void send_frame() {
    loop_.run(
        [this] { viewer_->on_frame({.data = std::vector<std::uint8_t>(100, 7), .is_key = true}); });
  }
};

TEST_F(SilentViewerTest, IsGivenUpAfterAWhile) {
  loop_.run([this] { EXPECT_TRUE(viewer_->on_candidate(told("page"))); });
  ASSERT_EQ(told("connected"), "relay to relay");
  send_frame();
  EXPECT_EQ(told("lost", milliseconds(100)), "") << "not at once";
  std::this_thread::sleep_for(milliseconds(3100));
  send_frame();
  EXPECT_EQ(told("lost", milliseconds(5000)), "nothing is heard of it");
}

}  // namespace
}  // namespace turnpike::peer
