#include "http/server/web_socket_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "http/core/problem.h"
#include "http/server/http_server.h"
#include "tests/unit/http/server/raw_client.h"

namespace turnpike::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// RFC 6455 section 1.3.
constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::string handshake(std::string_view target = "/ws", std::string_view version = "13") {
  return "GET " + std::string(target) +
         " HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n"
         "Upgrade: WebSocket\r\nSec-WebSocket-Version: " +
         std::string(version) + "\r\nSec-WebSocket-Key: " + std::string(kKey) + "\r\n\r\n";
}

/// A client's frame, masked with zeros (RFC 6455 section 5.3).
std::string frame(std::uint8_t opcode, std::string_view payload) {
  std::string out;
  out += static_cast<char>(0x80 | opcode);
  out += static_cast<char>(0x80 | payload.size());
  return out + std::string(4, '\0') + std::string(payload);
}

/// What the session saw, across threads.
struct Seen {
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<WebSocket> socket;
  int close_code = 0;

  void closed(std::uint16_t code) {
    const std::lock_guard lock(mutex);
    close_code = code;
    changed.notify_all();
  }
  int await_close() {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::seconds(10), [this] { return close_code != 0; });
    return close_code;
  }
};

class EchoSession : public WebSocketSession {
 public:
  explicit EchoSession(Seen& seen) : seen_(seen) {}
  std::string_view subprotocol() const override { return "echo"; }
  std::size_t max_message_bytes() const override { return 100; }
  std::size_t send_queue_bytes() const override { return 1000; }
  void on_open(std::shared_ptr<WebSocket> socket) override {
    const std::lock_guard lock(seen_.mutex);
    seen_.socket = std::move(socket);
    seen_.socket->send("welcome");
  }
  void on_message(std::string_view message, bool binary) override {
    if (message == "bye") return seen_.socket->close(4000, "as you wish");
    if (message == "throw") throw std::runtime_error("broken");
    seen_.socket->send("echo " + std::string(message), binary);
  }
  void on_close(std::uint16_t code) override { seen_.closed(code); }

 private:
  Seen& seen_;
};

class Suspicious final : public EchoSession {
 public:
  using EchoSession::EchoSession;
  bool is_welcome() const override { return has_spoken_; }
  std::chrono::milliseconds welcome_within() const override { return kPatience; }
  void on_message(std::string_view message, bool binary) override {
    has_spoken_ = true;
    EchoSession::on_message(message, binary);
  }
  static constexpr std::chrono::milliseconds kPatience{200};

 private:
  bool has_spoken_ = false;
};

class WebSocketTest : public testing::Test {
 protected:
  WebSocketTest() {
    HttpServerSettings settings;
    settings.tcp.push_back({.address = IpAddress::v4(127, 0, 0, 1), .port = 0});
    settings.upgrade =
        [this](
            const Request& request) -> std::variant<Response, std::unique_ptr<WebSocketSession>> {
      if (request.path == "/none") return problem(404);
      if (request.path == "/throw") throw std::runtime_error("hook");
      if (request.path == "/null") return std::unique_ptr<WebSocketSession>();
      if (request.path == "/suspicious") return std::make_unique<Suspicious>(seen_);
      return std::make_unique<EchoSession>(seen_);
    };
    auto server = HttpServer::start(std::move(settings), [](const Request& request) {
      return Response::text(200, "plain " + request.path);
    });
    EXPECT_TRUE(server) << server.error();
    server_ = *std::move(server);
  }
  ~WebSocketTest() override {
    server_->stop();
    seen_.socket.reset();  // it lives in the server's event loop
  }

  Seen seen_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(WebSocketTest, WhoSaysNothingIsNotKept) {
  RawClient client(server_->port());
  client.send(handshake("/suspicious"));
  EXPECT_THAT(client.read_until("nothing was said"), HasSubstr("\x03\xf0nothing was said"));
  client.send(frame(8, "\x03\xf0"));
  EXPECT_EQ(seen_.await_close(), 1008);
}

TEST_F(WebSocketTest, WhoHasSpokenStays) {
  RawClient client(server_->port());
  client.send(handshake("/suspicious") + frame(1, "hello"));
  EXPECT_THAT(client.read_until("echo hello"), HasSubstr("echo hello"));
  std::this_thread::sleep_for(2 * Suspicious::kPatience);
  client.send(frame(1, "still here"));
  EXPECT_THAT(client.read_until("still here"), HasSubstr("echo still here"));
}

TEST_F(WebSocketTest, ShakesHandsAndTalks) {
  RawClient client(server_->port());
  client.send(handshake() + frame(1, "early"));
  const std::string answer = client.read_until("\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 101 "));
  EXPECT_THAT(answer, HasSubstr(kAccept));
  EXPECT_THAT(answer, HasSubstr("Sec-WebSocket-Protocol: echo\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("Server:")));
  EXPECT_EQ(client.read_until("welcome"), "\x81\x07welcome");
  EXPECT_EQ(client.read_until("early"),
            "\x81\x0a"
            "echo early");
  client.send(frame(2, "bytes"));
  EXPECT_EQ(client.read_until("bytes"),
            "\x82\x0a"
            "echo bytes");
  client.send(frame(9, "p"));
  EXPECT_EQ(client.read_until("p"), "\x8a\x01p");
  client.send(frame(8, "\x03\xe8"));  // 1000
  EXPECT_EQ(client.read_to_end(), "\x88\x02\x03\xe8");
  EXPECT_EQ(seen_.await_close(), 1000);
  EXPECT_EQ(server_->counter(HttpCounter::kUpgrades), 1U);
  EXPECT_FALSE(seen_.socket->send("too late"));
}

TEST_F(WebSocketTest, TheProgramMayClose) {
  RawClient client(server_->port());
  client.send(handshake() + frame(1, "bye"));
  EXPECT_THAT(client.read_until("as you wish"), HasSubstr("\x88\x0d\x0f\xa0"));
  client.send(frame(8, "\x0f\xa0"));
  client.read_to_end();
  EXPECT_EQ(seen_.await_close(), 4000);
}

TEST_F(WebSocketTest, ALostConnectionIs1006) {
  {
    RawClient client(server_->port());
    client.send(handshake());
    client.read_until("welcome");
  }
  EXPECT_EQ(seen_.await_close(), 1006);
}

TEST_F(WebSocketTest, ALongMessageEndsIt) {
  RawClient client(server_->port());
  client.send(handshake());
  client.read_until("welcome");
  client.send(frame(1, std::string(101, 'x')));
  EXPECT_THAT(client.read_to_end(), StartsWith("\x88\x02\x03\xf1"));  // 1009
  EXPECT_NE(seen_.await_close(), 0);
}

TEST_F(WebSocketTest, AnUnmaskedFrameEndsIt) {
  RawClient client(server_->port());
  client.send(handshake());
  client.read_until("welcome");
  client.send("\x81\x01x");
  EXPECT_THAT(client.read_to_end(), StartsWith("\x88\x02\x03\xea"));  // 1002
}

TEST_F(WebSocketTest, ASessionThatThrowsIs1011) {
  RawClient client(server_->port());
  client.send(handshake() + frame(1, "throw"));
  EXPECT_THAT(client.read_until("\x03\xf3"), HasSubstr("\x88\x02\x03\xf3"));
}

TEST_F(WebSocketTest, AClientThatDoesNotReadFillsItsQueue) {
  RawClient client(server_->port());
  client.send(handshake());
  client.read_until("welcome");
  bool refused = false;
  for (int i = 0; i < 200'000 && !refused; ++i) {
    refused = !seen_.socket->send(std::string(900, 'x'));
  }
  EXPECT_TRUE(refused);
}

TEST_F(WebSocketTest, OtherAnswersThanASession) {
  EXPECT_THAT(exchange(server_->port(), handshake("/none")), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(exchange(server_->port(), handshake("/throw")), StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(exchange(server_->port(), handshake("/null")), StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(exchange(server_->port(), handshake("/ws", "12")), StartsWith("HTTP/1.1 426 "));
  EXPECT_EQ(server_->counter(HttpCounter::kHandlerFailures), 2U);
}

TEST_F(WebSocketTest, AnyOtherUpgradeIsAPlainRequest) {
  EXPECT_THAT(exchange(server_->port(),
                       "GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\n"
                       "Upgrade: h2c\r\n\r\n"),
              HasSubstr("plain /x"));
}

TEST_F(WebSocketTest, StopSaysGoingAway) {
  RawClient client(server_->port());
  client.send(handshake());
  client.read_until("welcome");
  std::thread stopper([this] { server_->stop(); });
  EXPECT_THAT(client.read_until("the server stops"), HasSubstr("\x03\xe9"));  // 1001
  client.send(frame(8, "\x03\xe9"));
  client.read_to_end();
  stopper.join();
}

}  // namespace
}  // namespace turnpike::http
