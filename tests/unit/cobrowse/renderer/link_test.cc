#include "cobrowse/renderer/link.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "http/core/json.h"
#include "http/core/problem.h"
#include "http/server/http_server.h"

namespace turnpike::renderer {
namespace {

/// The control server: says what it got, and can be started again on its port.
class ControlServer {
 public:
  explicit ControlServer(std::uint16_t port = 0) {
    http::HttpServerSettings settings;
    settings.tcp = {{.address = IpAddress::v4(127, 0, 0, 1), .port = port}};
    settings.upgrade = [this](const http::Request& request)
        -> std::variant<http::Response, std::unique_ptr<http::WebSocketSession>> {
      if (request.headers.find("Authorization") != "Bearer s.t") return http::problem(401);
      return std::make_unique<Session>(*this);
    };
    server_ = *http::HttpServer::start(std::move(settings),
                                       [](const http::Request&) { return http::problem(404); });
  }
  ~ControlServer() {
    {
      const std::lock_guard lock(mutex_);
      socket_.reset();
    }
    server_->stop();
  }
  std::uint16_t port() const { return server_->port(); }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, seconds(10), [&] { return messages_.size() >= count; });
    return messages_;
  }
  void say(const std::string& text) {
    const std::lock_guard lock(mutex_);
    socket_->send(text);
  }

 private:
  class Session final : public http::WebSocketSession {
   public:
    explicit Session(ControlServer& owner) : owner_(owner) {}
    void on_open(std::shared_ptr<http::WebSocket> socket) override {
      const std::lock_guard lock(owner_.mutex_);
      owner_.socket_ = std::move(socket);
    }
    void on_message(std::string_view message, bool) override {
      const std::lock_guard lock(owner_.mutex_);
      owner_.messages_.emplace_back(message);
      owner_.changed_.notify_all();
    }
    void on_close(std::uint16_t) override {}

   private:
    ControlServer& owner_;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> messages_;
  std::shared_ptr<http::WebSocket> socket_;
  std::unique_ptr<http::HttpServer> server_;
};

class LinkTest : public testing::Test {
 protected:
  void open(std::uint16_t port, const std::string& token = "t") {
    orders_.control_url = "http://127.0.0.1:" + std::to_string(port) + "/v1/renderer";
    orders_.session = "s";
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

TEST_F(LinkTest, GivesUpWhereNobodyKnowsIt) {
  ControlServer server;
  open(server.port(), "wrong");
  EXPECT_EQ(wait_for_the_end(), "answered with status 401");
}

}  // namespace
}  // namespace turnpike::renderer
