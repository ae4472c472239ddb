#include "cobrowse/renderer/link.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "control_server.h"

namespace turnpike::renderer {
namespace {

class LinkTest : public testing::Test {
 protected:
  void open(std::uint16_t port, const std::string& token = "t") {
    orders_.control_url = "http://127.0.0.1:" + std::to_string(port) + "/v1/renderer";
    orders_.renderer = "s";
    orders_.token = Secret(token);
    loop_.run([this] {
      link_ = std::make_unique<Link>(
          loop_, orders_,
          LinkEvents{.on_open =
                         [this] {
                           link_->send({{"t", "hello"}});
                         },
                     .on_message =
                         [this](const boost::json::object& message) {
                           link_->send({{"t", "echo"}, {"of", message.at("t")}});
                         },
                     .on_given_up = [this](const std::string& why) { note(why); }});
    });
  }
  void TearDown() override {
    loop_.run([this] { link_.reset(); });
  }
  void note(const std::string& why) {
    const std::lock_guard lock(mutex_);
    given_up_ = why;
    changed_.notify_all();
  }
  std::string wait_for_the_end() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, seconds(10), [this] { return !given_up_.empty(); });
    return given_up_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string given_up_;
  Orders orders_;
  ice::EventLoop loop_;
  std::unique_ptr<Link> link_;
};

TEST_F(LinkTest, GreetsAndAnswers) {
  ControlServer server;
  open(server.port());
  ASSERT_EQ(server.wait_for(1), (std::vector<std::string>{R"({"t":"hello"})"}));
  server.say("no JSON");
  server.say(R"({"t":"start"})");
  EXPECT_EQ(server.wait_for(2).back(), R"({"t":"echo","of":"start"})");
}

TEST_F(LinkTest, ComesBackToAServerThatWasStartedAgain) {
  auto server = std::make_unique<ControlServer>();
  const std::uint16_t port = server->port();
  open(port);
  ASSERT_EQ(server->wait_for(1).size(), 1U);
  server.reset();
  server = std::make_unique<ControlServer>(port);
  EXPECT_EQ(server->wait_for(1).size(), 1U) << "it greets again";
}

// Told later: whoever makes a link has none while it is made.
TEST_F(LinkTest, GivesUpWhereTheAddressIsNone) {
  orders_.control_url = "ftp://x/";
  bool was_early = false;
  loop_.run([&] {
    link_ = std::make_unique<Link>(loop_, orders_,
                                   LinkEvents{.on_open = [] {},
                                              .on_message = [](const boost::json::object&) {},
                                              .on_given_up =
                                                  [&](const std::string& why) {
                                                    was_early = link_ == nullptr;
                                                    note(why);
                                                  }});
    EXPECT_FALSE(link_->send({{"t", "x"}}));
  });
  EXPECT_NE(wait_for_the_end(), "");
  EXPECT_FALSE(was_early);
}

TEST_F(LinkTest, GivesUpWhereNobodyKnowsIt) {
  ControlServer server;
  open(server.port(), "wrong");
  EXPECT_EQ(wait_for_the_end(), "answered with status 401");
}

}  // namespace
}  // namespace turnpike::renderer
