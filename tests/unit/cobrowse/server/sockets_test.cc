// Over a real server and real sockets: what a page and a renderer meet.
#include "cobrowse/server/sockets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <thread>

#include "http/client/web_socket_client.h"
#include "http/core/problem.h"
#include "http/server/http_server.h"
#include "tests/unit/cobrowse/server/sessions_world.h"

namespace turnpike::cobrowse {
namespace {

using ::testing::HasSubstr;

/// A client and all that it was told.
class Client {
 public:
  Client(std::uint16_t port, const std::string& path,
         const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    http::WebSocketClientSettings settings;
    settings.url = "http://127.0.0.1:" + std::to_string(port) + path;
    for (const auto& [name, value] : headers) settings.headers.set(name, value);
    client_ = *http::WebSocketClient::start(
        settings, {.on_open = [this] { note("open"); },
                   .on_message = [this](std::string_view text) { note(std::string(text)); },
                   .on_close = [this](const std::string& why) { note("closed " + why); }});
  }
  bool send(const std::string& text) { return client_->send(text); }
  /// The first line that has this in it, once it has come.
  std::string wait_for(const std::string& part) {
    std::unique_lock lock(mutex_);
    std::string found;
    changed_.wait_for(lock, seconds(10), [&] {
      for (const std::string& line : lines_) {
        if (line.find(part) != std::string::npos) found = line;
      }
      return !found.empty();
    });
    return found;
  }
  bool has(const std::string& part) {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(
        lines_, [&](const std::string& line) { return line.find(part) != std::string::npos; });
  }

 private:
  void note(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
  std::unique_ptr<http::WebSocketClient> client_;
};

class SocketsTest : public testing::Test {
 protected:
  SocketsTest() {
    made_ = world_.make();
    id_ = SessionsWorld::id_of(made_);
    token_ = world_.by_link(SessionsWorld::link_of(made_))->token;
    http::HttpServerSettings settings;
    settings.tcp = {{.address = IpAddress::v4(127, 0, 0, 1)}};
    settings.upgrade = [this](const http::Request& request) -> SocketAnswer {
      if (request.path == "/v1/renderer") return open_renderer_socket(*world_.sessions, request);
      return open_participant_socket(*world_.sessions, request, "https://help.example.org/x");
    };
    server_ = *http::HttpServer::start(std::move(settings),
                                       [](const http::Request&) { return http::problem(404); });
  }
  ~SocketsTest() override {
    server_->stop();
    world_.sessions.reset();  // lets go of sockets before the server goes
  }
  std::string hello(const std::string& token) const {
    return "{\"t\":\"hello\",\"token\":\"" + token + "\"}";
  }
  std::uint16_t port() const { return server_->port(); }
  bool is_here() {
    return http::to_json(*world_.sessions->find(id_)).find("\"here\":true") != std::string::npos;
  }

  SessionsWorld world_;
  Object made_;
  std::string id_, token_;
  std::unique_ptr<http::HttpServer> server_;
};

TEST_F(SocketsTest, HelloOpensAndClosingIsNoticed) {
  {
    Client page(port(), "/v1/socket");
    page.send(hello(token_));
    EXPECT_THAT(page.wait_for("welcome"), HasSubstr(id_));
    page.send(R"({"t":"ping","n":3})");
    EXPECT_EQ(page.wait_for("pong"), R"({"t":"pong","n":3})");
    EXPECT_TRUE(is_here());
  }
  for (int i = 0; i < 500 && is_here(); ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_FALSE(is_here());
}

TEST_F(SocketsTest, ABadTokenIsToldAndClosed) {
  for (const std::string& first :
       {hello("nonsense"), hello(""), std::string(R"({"t":"hello"})"),
        std::string(R"({"t":"hello","token":7})"), std::string(R"({"t":"ping","n":1})"),
        "{\"t\":\"ping\",\"token\":\"" + token_ + "\"}", "{\"token\":\"" + token_ + "\"}"}) {
    Client page(port(), "/v1/socket");
    page.send(first);
    EXPECT_THAT(page.wait_for("bye"), HasSubstr("bad_token")) << first;
    EXPECT_NE(page.wait_for("closed"), "") << first;
  }
  EXPECT_FALSE(is_here());
}

TEST_F(SocketsTest, WhatIsNoObjectIsAnError) {
  Client page(port(), "/v1/socket");
  page.send("[]");
  EXPECT_THAT(page.wait_for("error"), HasSubstr("every message is a JSON object"));
  page.send(hello(token_));
  EXPECT_NE(page.wait_for("welcome"), "");
  page.send("{\"t\":" + std::string(20, '[') + std::string(20, ']') + "}");
  page.send(R"({"t":"ping","n":4})");
  EXPECT_NE(page.wait_for("pong"), "");
}

TEST_F(SocketsTest, TheSecondSocketReplacesTheFirst) {
  Client first(port(), "/v1/socket");
  first.send(hello(token_));
  ASSERT_NE(first.wait_for("welcome"), "");
  Client second(port(), "/v1/socket");
  second.send(hello(token_));
  EXPECT_NE(second.wait_for("welcome"), "");
  EXPECT_THAT(first.wait_for("bye"), HasSubstr("replaced"));
  EXPECT_NE(first.wait_for("closed"), "");
  EXPECT_TRUE(is_here());
}

TEST_F(SocketsTest, PagesOfOtherOriginsOpenNone) {
  for (const char* const foreign : {"https://evil.example", "https://help.example.org.evil.example",
                                    "https://help.example", "null", "http://help.example.org"}) {
    Client page(port(), "/v1/socket", {{"Origin", foreign}});
    EXPECT_THAT(page.wait_for("closed"), HasSubstr("403")) << foreign;
  }
  for (const std::string& own :
       {std::string("https://help.example.org"), "http://127.0.0.1:" + std::to_string(port())}) {
    Client page(port(), "/v1/socket", {{"Origin", own}});
    EXPECT_EQ(page.wait_for("open"), "open") << own;
  }
}

TEST_F(SocketsTest, TooManyMessagesClose) {
  Client page(port(), "/v1/socket");
  page.send(hello(token_));
  ASSERT_NE(page.wait_for("welcome"), "");
  for (int i = 0; i < 500; ++i) page.send(R"({"t":"stats"})");
  page.send(R"({"t":"ping","n":1})");
  ASSERT_NE(page.wait_for("pong"), "") << "a fast mouse is not too many";
  for (int i = 0; i < 5000; ++i) page.send(R"({"t":"stats"})");
  page.send(R"({"t":"ping","n":2})");
  EXPECT_NE(page.wait_for("closed"), "");
  EXPECT_FALSE(page.has(R"("n":2)"));
}

TEST_F(SocketsTest, RenderersShowTheirToken) {
  const std::string name = world_.renderer_of(id_), token = world_.backend.token(name);
  for (const std::string& wrong :
       {std::string(), "Bearer " + token, "Bearer " + name + ".x", "Bearer " + name + ".",
        "Bearer other." + token, "Bearer ." + token}) {
    Client renderer(port(), "/v1/renderer", {{"Authorization", wrong}});
    EXPECT_THAT(renderer.wait_for("closed"), HasSubstr("401")) << wrong;
  }
  Client renderer(port(), "/v1/renderer", {{"Authorization", "Bearer " + name + "." + token}});
  renderer.send(R"({"t":"hello","viewers":[]})");
  EXPECT_THAT(renderer.wait_for("start"), HasSubstr("https://example.org/"));
  Client page(port(), "/v1/socket");
  page.send(hello(token_));
  EXPECT_THAT(renderer.wait_for("ice_servers"), HasSubstr(R"("viewer":1)"));
  renderer.send("no json");
  renderer.send(R"({"t":"offer","viewer":1,"sdp":"v=0\r\n"})");
  EXPECT_THAT(page.wait_for("\"offer\""), HasSubstr("v=0"));
}

}  // namespace
}  // namespace turnpike::cobrowse
