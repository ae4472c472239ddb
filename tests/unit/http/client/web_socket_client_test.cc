#include "http/client/web_socket_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "http/server/http_server.h"

namespace turnpike::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// What either side was told, across threads.
class Told {
 public:
  void note(std::string text) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(text));
    changed_.notify_all();
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return lines_.size() >= count; });
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

class Echo final : public WebSocketSession {
 public:
  void on_open(std::shared_ptr<WebSocket> socket) override { socket_ = std::move(socket); }
  void on_message(std::string_view message, bool) override {
    if (message == "bye") {
      socket_->close(1000, "");
    } else {
      socket_->send("echo " + std::string(message));
    }
  }
  void on_close(std::uint16_t) override { socket_.reset(); }

 private:
  std::shared_ptr<WebSocket> socket_;
};

class WebSocketClientTest : public testing::Test {
 protected:
  void SetUp() override {
    HttpServerSettings settings;
    settings.tcp = {{.address = IpAddress::v4(127, 0, 0, 1)}};
    settings.upgrade =
        [](const Request& request) -> std::variant<Response, std::unique_ptr<WebSocketSession>> {
      if (request.headers.find("X-Key") != "k") return Response::text(401, "who?");
      return std::make_unique<Echo>();
    };
    server_ = *HttpServer::start(std::move(settings),
                                 [](const Request&) { return Response::text(404, ""); });
  }
  WebSocketClientSettings settings() const {
    WebSocketClientSettings wanted;
    wanted.url = "http://127.0.0.1:" + std::to_string(server_->port()) + "/x";
    wanted.headers.add("X-Key", "k");
    return wanted;
  }
  std::unique_ptr<WebSocketClient> start(const WebSocketClientSettings& settings) {
    return *WebSocketClient::start(
        settings, {.on_open = [this] { told_.note("open"); },
                   .on_message = [this](std::string_view text) { told_.note(std::string(text)); },
                   .on_close = [this](const std::string& why) { told_.note("close " + why); }});
  }

  Told told_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(WebSocketClientTest, SpeaksAndHears) {
  const auto client = start(settings());
  ASSERT_THAT(told_.wait_for(1), ElementsAre("open"));
  EXPECT_TRUE(client->send("a"));
  EXPECT_TRUE(client->send(std::string(100'000, 'b').substr(0, 60'000)));
  const auto lines = told_.wait_for(3);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[1], "echo a");
  EXPECT_EQ(lines[2].size(), 60'005U);
}

TEST_F(WebSocketClientTest, HearsOfTheEnd) {
  const auto client = start(settings());
  client->send("bye");  // may be queued before the handshake is over
  const auto lines = told_.wait_for(2);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[1], HasSubstr("close "));
  EXPECT_FALSE(client->send("a"));
}

TEST_F(WebSocketClientTest, SaysWhyThereIsNone) {
  auto wrong = settings();
  wrong.headers = {};
  const auto client = start(wrong);
  EXPECT_THAT(told_.wait_for(1), ElementsAre("close answered with status 401"));
  auto nobody = settings();
  nobody.url = "http://127.0.0.1:1/";
  const auto another = start(nobody);
  EXPECT_THAT(told_.wait_for(2)[1], HasSubstr("cannot connect to 127.0.0.1:1: "));
  nobody.url = "ftp://x/";
  EXPECT_FALSE(WebSocketClient::start(nobody, {}));
}

TEST_F(WebSocketClientTest, AQueueHasAnEnd) {
  auto small = settings();
  small.send_queue_bytes = 10;
  const auto client = start(small);
  EXPECT_FALSE(client->send("01234567890"));
}

TEST_F(WebSocketClientTest, GoesSilently) {
  for (int i = 0; i < 20; ++i) {
    auto client = start(settings());
    client->send("x");
  }
  const auto lines = told_.wait_for(0);
  for (const std::string& line : lines) EXPECT_THAT(line, testing::Not(HasSubstr("close")));
}

}  // namespace
}  // namespace turnpike::http
