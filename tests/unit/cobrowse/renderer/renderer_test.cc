#include "cobrowse/renderer/renderer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <filesystem>
#include <future>

#include "cobrowse/renderer/rtc/sdp_answer.h"
#include "control_server.h"

namespace turnpike::renderer {
namespace {

using boost::json::object;
using testing::HasSubstr;
using testing::Not;

/// With the test picture: no browser, no screen.
class RendererTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    start();
  }
  void start() {
    auto started = Renderer::start(loop_, orders(), folder_, [this] {
      ++ends_;
      ended_.notify_all();
    });
    ASSERT_TRUE(started) << started.error();
    renderer_ = *std::move(started);
  }
  void TearDown() override {
    renderer_.reset();
    std::filesystem::remove_all(folder_);
  }
  Orders orders() const {
    Orders wanted;
    wanted.control_url =
        url_.empty() ? "http://127.0.0.1:" + std::to_string(server_->port()) : url_;
    wanted.renderer = "s";
    wanted.token = Secret("t");
    wanted.capture = CaptureKind::kTest;
    wanted.warm = warm_;
    wanted.width = 640;
    wanted.height = 240;
    return wanted;
  }
  void begin() {
    ASSERT_EQ(server_->wait_for_type("hello")["renderer"], "s");
    server_->say(R"({"t":"start","start_url":"https://example.org","width":640,"height":240})");
  }
  /// With a relay that never answers.
  void add_viewer(int id) {
    server_->say(R"({"t":"viewer","viewer":)" + std::to_string(id) +
                 R"(,"ice_servers":[{"urls":["turn:127.0.0.1:9"],"username":"u",)"
                 R"("credential":"p"}]})");
  }
  bool has_ended() {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    return ended_.wait_for(lock, seconds(10), [this] { return ends_ > 0; });
  }

  std::string folder_ = testing::TempDir() + "turnpike-renderer-XXXXXX", url_;
  std::unique_ptr<ControlServer> server_ = std::make_unique<ControlServer>();
  bool warm_ = false;
  std::condition_variable ended_;
  std::atomic<int> ends_ = 0;
  ice::EventLoop loop_;
  std::unique_ptr<Renderer> renderer_;
};

TEST_F(RendererTest, BeginsWithASizeAndRuns) {
  begin();
  const object frame = server_->wait_for_type("frame");
  EXPECT_EQ(http::to_json(frame), R"({"t":"frame","id":1,"width":640,"height":240})");
  EXPECT_EQ(server_->wait_for_type("renderer")["state"], "running");
  EXPECT_TRUE(server_->wait_for_type("stats").contains("kbps"));
}

struct WarmRendererTest : RendererTest {
  WarmRendererTest() { warm_ = true; }
};

TEST_F(WarmRendererTest, IsUpBeforeThereIsASessionAndTellsItsStateAgain) {
  EXPECT_EQ(server_->wait_for_type("renderer")["state"], "running");
  const std::size_t seen = server_->count();
  server_->say(R"({"t":"start","session":"a","start_url":"https://example.org"})");
  EXPECT_EQ(server_->wait_for_type("frame", seen)["width"], 640);
  EXPECT_EQ(server_->wait_for_type("renderer", seen)["state"], "running");
}

TEST_F(RendererTest, AViewerGetsAnOfferOfPicturesAlone) {
  begin();
  add_viewer(7);
  const object offer = server_->wait_for_type("offer");
  ASSERT_FALSE(offer.empty());
  EXPECT_EQ(offer.at("viewer"), 7);
  const std::string sdp = http::text_of(offer, "sdp");
  EXPECT_THAT(sdp, HasSubstr("m=video"));
  EXPECT_THAT(sdp, HasSubstr("a=sendonly"));
  EXPECT_THAT(sdp, HasSubstr("a=fingerprint:sha-256 "));
  EXPECT_THAT(sdp, HasSubstr("VP8/90000"));
  EXPECT_THAT(sdp, Not(HasSubstr("m=audio")));
  EXPECT_THAT(sdp, Not(HasSubstr("typ host")));
  EXPECT_THAT(sdp, Not(HasSubstr("127.0.0.1:")));
}

TEST_F(RendererTest, ABadAnswerLosesTheViewerAndNobodyElse) {
  begin();
  add_viewer(1);
  ASSERT_FALSE(server_->wait_for_type("offer").empty());
  server_->say(R"({"t":"answer","viewer":2,"sdp":"x"})");  // nobody
  server_->say(R"({"t":"answer","viewer":1,"sdp":"x"})");
  const object lost = server_->wait_for_type("lost");
  ASSERT_FALSE(lost.empty());
  EXPECT_EQ(lost.at("viewer"), 1);
  EXPECT_THAT(http::text_of(lost, "text"), HasSubstr("the answer: "));
  const std::size_t seen = server_->count();
  add_viewer(1);
  EXPECT_EQ(server_->wait_for_type("offer", seen)["viewer"], 1) << "he may come again";
}

// What the one before is told of does not touch the one who has taken the number.
TEST_F(RendererTest, ANumberThatIsUsedAgainIsAnotherViewer) {
  begin();
  add_viewer(1);
  ASSERT_FALSE(server_->wait_for_type("offer").empty());
  const std::size_t seen = server_->count();
  server_->say(R"({"t":"answer","viewer":1,"sdp":"x"})");
  add_viewer(1);
  ASSERT_FALSE(server_->wait_for_type("offer", seen).empty());
  const std::size_t after = server_->count();
  server_->say(R"({"t":"answer","viewer":1,"sdp":"y"})");
  EXPECT_FALSE(server_->wait_for_type("lost", after).empty()) << "the second one was still there";
}

TEST_F(RendererTest, ServesWhoIsThereWhenTheServerComesBack) {
  begin();
  add_viewer(3);
  ASSERT_FALSE(server_->wait_for_type("offer").empty());
  add_viewer(4);
  server_->say(R"({"t":"drop","viewer":4})");
  server_->say(R"({"t":"viewer","viewer":5})");  // without servers: none
  add_viewer(6);
  const std::size_t seen = server_->count();
  ASSERT_FALSE(server_->wait_for_type("stats", seen).empty());
  const std::uint16_t port = server_->port();
  server_.reset();
  server_ = std::make_unique<ControlServer>(port);
  EXPECT_EQ(http::to_json(server_->wait_for_type("hello").at("viewers")), "[3,6]");
  EXPECT_FALSE(server_->wait_for_type("frame").empty()) << "it is told again";
  EXPECT_EQ(server_->wait_for_type("renderer")["state"], "running");
}

TEST_F(RendererTest, NonsenseIsLeftOut) {
  begin();
  for (const char* const one :
       {"{}", R"({"t":7})", R"({"t":"nav","do":"go","url":"https://x"})", R"({"t":"copy"})",
        R"({"t":"viewer","viewer":"x","ice_servers":7})", R"({"t":"drop","viewer":99})",
        R"({"t":"move","x":1,"y":1,"f":1})", R"({"t":"candidate","viewer":1})"}) {
    server_->say(one);
  }
  add_viewer(1);
  EXPECT_FALSE(server_->wait_for_type("offer").empty());
}

TEST_F(RendererTest, EndsOnce) {
  begin();
  server_->say(R"({"t":"end"})");
  server_->say(R"({"t":"end"})");
  EXPECT_FALSE(server_->wait_for_type("bye").empty());
  EXPECT_TRUE(has_ended());
  loop_.run([] {});
  EXPECT_EQ(ends_, 1);
}

TEST_F(RendererTest, EndsWithoutAServer) {
  renderer_.reset();
  url_ = "ftp://x/";
  start();
  EXPECT_TRUE(has_ended());
}

}  // namespace
}  // namespace turnpike::renderer
