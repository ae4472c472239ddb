// Two real servers: what comes to the first is answered by the second.
#include "http/server/forwarder.h"

#include <gtest/gtest.h>

#include "http/client/fetch.h"
#include "http/server/http_server.h"

namespace turnpike::http {
namespace {

HttpServerSettings on_loopback() {
  HttpServerSettings settings;
  settings.tcp = {{.address = IpAddress::v4(127, 0, 0, 1)}};
  return settings;
}

TEST(Forwarder, HeadsAreOfOneConnection) {
  Request request;
  request.method = Method::kPost;
  request.target = "/a?b";
  request.body = "xyz";
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"Host", "help"},
                                                        {"Connection", "keep-alive"},
                                                        {"X-Forwarded-For", "192.0.2.1"},
                                                        {"Pass", "forged"},
                                                        {"Accept", "a"}}) {
    request.headers.add(name, value);
  }
  ForwardTo to;
  to.headers.set("Pass", "good");
  EXPECT_EQ(forwarded_head(request, to, false),
            "POST /a?b HTTP/1.1\r\nHost: help\r\nAccept: a\r\nPass: good\r\nConnection: close\r\n"
            "Content-Length: 3\r\n\r\n");
}

TEST(Forwarder, AnswersComeFromTheOtherServer) {
  const auto second = HttpServer::start(on_loopback(), [](const Request& request) {
    return Response::text(
        201, request.target + " " + request.body + " " + std::string(request.headers.find("Pass")));
  });
  ASSERT_TRUE(second) << second.error();
  std::string url = "http://127.0.0.1:" + std::to_string((*second)->port());
  HttpServerSettings settings = on_loopback();
  settings.forward = [&url](const Request& request, bool) -> ForwardAnswer {
    if (request.target == "/here") return {};
    ForwardTo to{.url = url};
    to.headers.set("Pass", "good");
    return to;
  };
  const auto first = HttpServer::start(std::move(settings),
                                       [](const Request&) { return Response::text(200, "first"); });
  ASSERT_TRUE(first) << first.error();
  const std::string base = "http://127.0.0.1:" + std::to_string((*first)->port());
  EXPECT_EQ(fetch({.url = base + "/here"})->body, "first");
  const auto answer = fetch({.method = Method::kPost, .url = base + "/there?q", .body = "abc"});
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->status, 201U);
  EXPECT_EQ(answer->body, "/there?q abc good");
  url = "http://127.0.0.1:1";
  const auto away = fetch({.url = base + "/there"});
  ASSERT_TRUE(away) << away.error();
  EXPECT_EQ(away->status, 503U);
  EXPECT_TRUE(away->headers.has("Retry-After"));
}

}  // namespace
}  // namespace turnpike::http
