#include "http/server/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "http/core/problem.h"
#include "http/server/http_server.h"
#include "tests/unit/http/server/raw_client.h"

namespace turnpike::http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() {
    settings_.tcp.push_back({.address = IpAddress::v4(127, 0, 0, 1), .port = 0});
    handler_ = [](const Request& request) { return Response::text(200, "got " + request.body); };
  }

  void start() {
    auto server = HttpServer::start(settings_, handler_);
    ASSERT_TRUE(server) << server.error();
    server_ = *std::move(server);
  }

  std::string exchanged(std::string_view bytes) { return exchange(server_->port(), bytes); }
  std::uint64_t count(HttpCounter which) const { return server_->counter(which); }
  /// The client sees the end of a connection a moment before it is counted.
  std::uint64_t timeouts(std::uint64_t expected) const {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (count(HttpCounter::kTimeouts) < expected && std::chrono::steady_clock::now() < give_up) {
      std::this_thread::sleep_for(milliseconds(5));
    }
    return count(HttpCounter::kTimeouts);
  }

  HttpServerSettings settings_;
  Handler handler_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(ConnectionTest, ARefusalIsAProblemAndTheEnd) {
  start();
  const std::string answer = exchanged(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n"
      "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/problem+json\r\n"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("200 OK")));
  EXPECT_EQ(count(HttpCounter::kRefusedRequests), 1U);
  EXPECT_EQ(count(HttpCounter::kAnswers4xx), 1U);
}

TEST_F(ConnectionTest, ALongBodyIsRefusedAndTheAnswerArrives) {
  settings_.limits.body_bytes = 1000;
  start();
  EXPECT_THAT(exchanged("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" +
                        std::string(500000, 'x')),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(exchanged("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "3e9\r\n" +
                        std::string(1001, 'x') + "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(ConnectionTest, ABodyMayHaveALimitOfItsOwn) {
  settings_.limits.body_bytes = 1000;
  settings_.body_limit = [](const Request& head) -> BodyAllowance {
    if (head.path == "/broken") throw std::runtime_error("broken");
    return {.bytes = head.path == "/large" ? 5000U : 0U, .is_busy = head.path == "/busy"};
  };
  start();
  const auto post = [&](const std::string& path, std::size_t size) {
    return exchanged("POST " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" +
                     "Content-Length: " + std::to_string(size) + "\r\n\r\n" +
                     std::string(size, 'x'));
  };
  EXPECT_THAT(post("/large", 5000), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(post("/large", 5001), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(post("/", 1000), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(post("/", 1001), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(exchanged("POST /large HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "1389\r\n" +
                        std::string(5001, 'x') + "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(post("/busy", 10), StartsWith("HTTP/1.1 429 "));
  EXPECT_THAT(exchanged("GET /busy HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 429 "))
      << "without a body";
  EXPECT_THAT(post("/broken", 10), StartsWith("HTTP/1.1 500 "));
}

TEST_F(ConnectionTest, AnAllowanceIsHeldUntilTheAnswer) {
  const auto held = std::make_shared<int>();
  settings_.body_limit = [&](const Request&) { return BodyAllowance{.bytes = 5000, .hold = held}; };
  handler_ = [](const Request& request) { return Response::text(200, request.path + " is there"); };
  start();
  RawClient client(server_->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" +
              std::string(1000, 'x'));
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (held.use_count() == 1 && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
  }
  EXPECT_EQ(held.use_count(), 2);
  client.send(std::string(1000, 'x') + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.read_until("/next is there"), HasSubstr("/next is there"));
  while (held.use_count() != 1 && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(ConnectionTest, AnEndlessHeaderIsRefused) {
  start();
  EXPECT_THAT(exchanged("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20000, 'x')),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(exchanged("GET /" + std::string(20000, 'x')), StartsWith("HTTP/1.1 414 "));
  EXPECT_THAT(exchanged("GET /%2f HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(ConnectionTest, AnEndlessChunkHeaderIsRefused) {
  start();
  EXPECT_THAT(exchanged("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                        std::string(60000, 'x')),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(ConnectionTest, ASlowHeaderIsCutHoweverItDrips) {
  settings_.deadlines.header = milliseconds(150);
  start();
  RawClient client(server_->port());
  const auto begin = std::chrono::steady_clock::now();
  // A byte at a time never makes the deadline start again.
  std::thread drip([&client] {
    client.send("GET / HTTP/1.1\r\nX: ");
    while (client.send("x")) std::this_thread::sleep_for(milliseconds(10));
  });
  client.read_to_end();
  const auto took = std::chrono::steady_clock::now() - begin;
  drip.join();
  EXPECT_GE(took, milliseconds(140));
  EXPECT_LT(took, milliseconds(5000));
  EXPECT_EQ(timeouts(1), 1U);
}

TEST_F(ConnectionTest, ASlowBodyIsCut) {
  settings_.deadlines.body = milliseconds(100);
  start();
  EXPECT_EQ(exchanged("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"), "");
  EXPECT_EQ(timeouts(1), 1U);
}

TEST_F(ConnectionTest, AnIdleConnectionIsCut) {
  settings_.deadlines.idle = milliseconds(100);
  start();
  EXPECT_EQ(exchanged(""), "");
  EXPECT_THAT(exchanged(kGet), HasSubstr("200 OK"));
  EXPECT_EQ(timeouts(2), 2U);
}

TEST_F(ConnectionTest, AClientThatDoesNotReadIsCut) {
  settings_.deadlines.write = milliseconds(150);
  handler_ = [](const Request&) { return Response::text(200, std::string(32 << 20, 'x')); };
  start();
  RawClient client(server_->port());
  client.send(kGet);
  client.send(kGet);
  EXPECT_EQ(timeouts(1), 1U);
}

TEST_F(ConnectionTest, ConnectionsOverTheLimitAreClosedAtOnce) {
  settings_.limits.connections_per_address = 2;
  start();
  RawClient one(server_->port());
  RawClient two(server_->port());
  one.send(kGet);
  one.read_until("got ");
  two.send(kGet);
  two.read_until("got ");
  EXPECT_EQ(exchanged(kGet), "");
  EXPECT_EQ(count(HttpCounter::kConnectionsRefused), 1U);
  one.send(kGet);
  EXPECT_THAT(one.read_until("got "), HasSubstr("200 OK"));
}

TEST_F(ConnectionTest, AdmitDecidesBeforeTheBodyComes) {
  settings_.admit = [](Request& request) -> std::optional<Response> {
    request.path = "/set";
    if (request.target == "/no") return problem(403, "no");
    return std::nullopt;
  };
  handler_ = [](const Request& request) { return Response::text(200, request.path); };
  start();
  // No 100 Continue, and no waiting for a body that is not wanted.
  EXPECT_THAT(exchanged("POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n"
                        "Expect: 100-continue\r\n\r\n"),
              StartsWith("HTTP/1.1 403 "));
  const std::string answers = exchanged(
      "GET /no HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /yes HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answers, HasSubstr("403 "));
  EXPECT_THAT(answers, HasSubstr("/set"));
}

TEST_F(ConnectionTest, AThrowingAdmitIsAnAnswer) {
  settings_.admit = [](Request&) -> std::optional<Response> { throw std::runtime_error("x"); };
  start();
  EXPECT_THAT(exchanged("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 500 "));
  EXPECT_EQ(count(HttpCounter::kHandlerFailures), 1U);
}

TEST_F(ConnectionTest, OnlyTrustedProxiesNameTheClient) {
  handler_ = [](const Request& request) {
    return Response::text(200, request.client.ip.to_string() + (request.tls ? " tls" : ""));
  };
  const std::string spoofed =
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
      "X-Forwarded-For: 192.0.2.66, 198.51.100.1\r\nX-Forwarded-Proto: https\r\n\r\n";
  start();
  EXPECT_TRUE(exchanged(spoofed).ends_with("\r\n\r\n127.0.0.1"));
  settings_.trusted_proxies = {*AddressRange::parse("127.0.0.0/8")};
  start();
  EXPECT_TRUE(exchanged(spoofed).ends_with("\r\n\r\n198.51.100.1 tls"));
}

TEST_F(ConnectionTest, HttpOneZeroIsServed) {
  start();
  EXPECT_THAT(exchanged("GET / HTTP/1.0\r\n\r\n"), HasSubstr("Connection: close\r\n"));
  RawClient client(server_->port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(client.read_until("got "), HasSubstr("Connection: keep-alive\r\n"));
}

TEST_F(ConnectionTest, AClientThatEndsSendingGetsItsAnswer) {
  start();
  RawClient client(server_->port());
  client.send("\r\n" + std::string(kGet));
  client.end_sending();
  EXPECT_THAT(client.read_to_end(), HasSubstr("got "));
}

/// A handler that waits until it is told.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool entered = false;
  bool open = false;

  void pass() {
    std::unique_lock lock(mutex);
    entered = true;
    changed.notify_all();
    changed.wait(lock, [this] { return open; });
  }
  void await_entry() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return entered; });
  }
  void release() {
    const std::lock_guard lock(mutex);
    open = true;
    changed.notify_all();
  }
};

TEST_F(ConnectionTest, StopLetsARunningRequestEnd) {
  Gate gate;
  handler_ = [&gate](const Request&) {
    gate.pass();
    return Response::text(200, "late");
  };
  start();
  RawClient client(server_->port());
  client.send(kGet);
  gate.await_entry();
  std::thread stopper([this] { server_->stop(); });
  gate.release();
  const std::string answer = client.read_to_end();
  stopper.join();
  EXPECT_TRUE(answer.ends_with("late")) << answer;
}

TEST_F(ConnectionTest, StopCutsWhatDoesNotEnd) {
  settings_.deadlines.drain = milliseconds(100);
  start();
  RawClient client(server_->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
  client.read_until("100 Continue");
  const auto begin = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  server_.reset();
  client.read_to_end();
}

}  // namespace
}  // namespace turnpike::http
