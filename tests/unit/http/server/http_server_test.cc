#include "http/server/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "http/client/fetch.h"
#include "tests/unit/http/server/raw_client.h"

namespace turnpike::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Answers with what it was asked: "GET /path?query body".
Response echo(const Request& request) {
  std::string body(method_name(request.method));
  body += " " + request.path;
  if (!request.query.empty()) body += "?" + request.query;
  if (!request.body.empty()) body += " " + request.body;
  return Response::text(200, std::move(body));
}

HttpServerSettings on_loopback() {
  HttpServerSettings settings;
  settings.tcp.push_back({.address = IpAddress::v4(127, 0, 0, 1), .port = 0});
  return settings;
}

std::unique_ptr<HttpServer> start(HttpServerSettings settings, Handler handler = echo) {
  auto server = HttpServer::start(std::move(settings), std::move(handler));
  if (!server) {
    ADD_FAILURE() << server.error();
    return nullptr;
  }
  return *std::move(server);
}

std::string url_of(const HttpServer& server, std::string_view target) {
  return "http://127.0.0.1:" + std::to_string(server.port()) + std::string(target);
}

TEST(HttpServer, AnswersAGet) {
  const auto server = start(on_loopback());
  const auto answer = fetch({.url = url_of(*server, "/a%20b?c=d")});
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(answer->body, "GET /a b?c=d");
  EXPECT_FALSE(answer->headers.has("Server"));
  EXPECT_THAT(std::string(answer->headers.find("Date")), HasSubstr(" GMT"));
  EXPECT_EQ(server->counter(HttpCounter::kRequests), 1U);
  EXPECT_EQ(server->counter(HttpCounter::kAnswers2xx), 1U);
}

TEST(HttpServer, AnswersAPostWithItsBody) {
  const auto server = start(on_loopback());
  const auto answer =
      fetch({.method = Method::kPost, .url = url_of(*server, "/x"), .body = "hello"});
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->body, "POST /x hello");
}

TEST(HttpServer, HeadHasTheLengthAndNoBody) {
  const auto server = start(on_loopback());
  const std::string answer =
      exchange(server->port(), "HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 7\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST(HttpServer, KeepsTheConnectionForTheNextRequest) {
  const auto server = start(on_loopback());
  RawClient client(server->port());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(client.read_until("GET /x"), HasSubstr("200 OK"));
  }
  EXPECT_EQ(server->counter(HttpCounter::kConnections), 1U);
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  const auto server = start(on_loopback());
  const std::string answer =
      exchange(server->port(),
               "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
               "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
               "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
               "1;x=y\r\na\r\n2\r\nbc\r\n0\r\nTrailer: t\r\n\r\n"
               "GET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
               "GET /5 HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto first = answer.find("GET /1");
  const auto second = answer.find("POST /2 hi");
  const auto third = answer.find("POST /3 abc");
  const auto fourth = answer.find("GET /4");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_LT(third, fourth);
  EXPECT_NE(fourth, std::string::npos);
  EXPECT_THAT(answer, Not(HasSubstr("/5")));
}

TEST(HttpServer, SaysContinueWhenAsked) {
  const auto server = start(on_loopback());
  RawClient client(server->port());
  client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hi");
  EXPECT_THAT(client.read_until("POST /x hi"), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, AThrowingHandlerIsAnAnswerAndACounter) {
  const auto server = start(on_loopback(), [](const Request& request) -> Response {
    if (request.path == "/bad") throw std::runtime_error("secret");
    return Response::text(200, "fine");
  });
  const auto bad = fetch({.url = url_of(*server, "/bad")});
  ASSERT_TRUE(bad) << bad.error();
  EXPECT_EQ(bad->status, 500U);
  EXPECT_THAT(bad->body, Not(HasSubstr("secret")));
  EXPECT_EQ(server->counter(HttpCounter::kHandlerFailures), 1U);
  EXPECT_EQ(fetch({.url = url_of(*server, "/")})->body, "fine");
}

TEST(HttpServer, ManyThreadsServeManyClients) {
  auto settings = on_loopback();
  settings.threads = 4;
  std::atomic<int> calls = 0;
  const auto server = start(std::move(settings), [&calls](const Request&) {
    ++calls;
    return Response::text(200, "x");
  });
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(fetch({.url = url_of(*server, "/")}));
  EXPECT_EQ(calls, 50);
}

TEST(HttpServer, StopClosesIdleConnectionsAtOnce) {
  const auto server = start(on_loopback());
  RawClient client(server->port());
  client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  client.read_until("GET /x");
  server->stop();
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server->open_connections(), 0U);
  EXPECT_FALSE(fetch({.url = url_of(*server, "/")}));
}

TEST(HttpServer, APortInUseIsAnError) {
  const auto server = start(on_loopback());
  auto settings = on_loopback();
  settings.tcp[0].port = server->port();
  const auto second = HttpServer::start(std::move(settings), echo);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("127.0.0.1, port " + std::to_string(server->port())));
}

}  // namespace
}  // namespace turnpike::http
