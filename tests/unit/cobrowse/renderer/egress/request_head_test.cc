#include "cobrowse/renderer/egress/request_head.h"

#include <gtest/gtest.h>

#include "cobrowse/renderer/egress/head_fields.h"

namespace turnpike::egress {
namespace {

Result<RequestHead, Reason> read(std::string_view line, std::string_view fields = "") {
  return parse_request_head(std::string(line) + "\r\n" + std::string(fields) + "\r\n");
}

std::string target_of(std::string_view target, std::string_view method = "GET") {
  const auto head = read(std::string(method) + " " + std::string(target) + " HTTP/1.1");
  if (!head) return std::string(reason_name(head.error()));
  return head->host + " " + std::to_string(head->port) + " " +
         std::string(first_line(head->forward));
}

TEST(RequestHead, Connect) {
  const auto head = read("CONNECT Example.org:443 HTTP/1.1", "Host: example.org:443\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_TRUE(head->connect);
  EXPECT_EQ(head->host, "Example.org");
  EXPECT_EQ(head->port, 443);
  EXPECT_EQ(read("CONNECT [2001:db8::1]:8443 HTTP/1.1")->host, "[2001:db8::1]");
  EXPECT_EQ(read("CONNECT [2001:db8::1]:8443 HTTP/1.1")->port, 8443);
}

TEST(RequestHead, ConnectWithoutAHostAndAPortIsMalformed) {
  for (const std::string_view target :
       {"example.org", "example.org:", "example.org:0", "example.org:65536", "example.org:443x",
        ":443", "user@example.org:443", "[::1]", "example.org:-1", "example.org:0x50"}) {
    EXPECT_EQ(target_of(target, "CONNECT"), "malformed") << target;
  }
}

TEST(RequestHead, AbsoluteTargetsAreMadeOriginForm) {
  EXPECT_EQ(target_of("http://example.org/a?b=c"), "example.org 80 GET /a?b=c HTTP/1.1");
  EXPECT_EQ(target_of("HTTP://example.org"), "example.org 80 GET / HTTP/1.1");
  EXPECT_EQ(target_of("http://example.org:8080?q"), "example.org 8080 GET /?q HTTP/1.1");
  EXPECT_EQ(target_of("http://example.org:/"), "example.org 80 GET / HTTP/1.1");
  EXPECT_EQ(target_of("http://[::1]:81/"), "[::1] 81 GET / HTTP/1.1");
  EXPECT_EQ(target_of("http://example.org", "OPTIONS"), "example.org 80 OPTIONS * HTTP/1.1");
  EXPECT_EQ(target_of("http://a/http://b/", "PROPFIND"), "a 80 PROPFIND /http://b/ HTTP/1.1");
}

TEST(RequestHead, TargetsThatAreNotAbsoluteHttp) {
  for (const std::string_view target :
       {"/", "*", "example.org:443", "http:/a", "http://", "http:///a", "http://user@a/", "/a://b",
        "http://user:pass@a/", "http://a/#b", "http://a:0/", "http://a:99999/", "http://a b/",
        "http://m\xc3\xbcnchen/"}) {
    EXPECT_EQ(target_of(target), "malformed") << target;
  }
  for (const std::string_view target :
       {"https://a/", "ftp://a/", "ws://a/", "file:///etc/passwd"}) {
    EXPECT_EQ(target_of(target), "scheme") << target;
  }
}

TEST(RequestHead, LinesThatAreNoRequest) {
  for (const std::string_view line :
       {"", "GET", "GET http://a/", "GET http://a/ HTTP/2.0", "GET  http://a/ HTTP/1.1",
        "GET http://a/ HTTP/1.1 ", "G(T http://a/ HTTP/1.1", " http://a/ HTTP/1.1",
        "GET http://a/ http/1.1", "GET http://a/\tHTTP/1.1"}) {
    const auto head = read(line);
    ASSERT_FALSE(head.has_value()) << line;
    EXPECT_EQ(head.error(), Reason::kMalformed) << line;
  }
  EXPECT_EQ(read("GET http://a/ HTTP/1.1", "A : b\r\n").error(), Reason::kMalformed);
}

TEST(RequestHead, TheSiteGetsItsOwnHostAndOneRequestPerConnection) {
  const auto head = read("GET http://example.org:8080/a HTTP/1.0",
                         "Host: evil.test\r\nAccept: */*\r\nProxy-Connection: keep-alive\r\n"
                         "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nCookie: a=b\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_FALSE(head->upgrade);
  EXPECT_EQ(head->forward,
            "GET /a HTTP/1.1\r\nHost: example.org:8080\r\nAccept: */*\r\nCookie: a=b\r\n"
            "Connection: close\r\n\r\n");
}

TEST(RequestHead, UpgradesGoOn) {
  const auto head = read("GET http://example.org/s HTTP/1.1",
                         "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
                         "Sec-WebSocket-Key: x\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_TRUE(head->upgrade);
  EXPECT_EQ(head->forward,
            "GET /s HTTP/1.1\r\nHost: example.org\r\nSec-WebSocket-Key: x\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  EXPECT_FALSE(read("GET http://a/ HTTP/1.1", "Upgrade: websocket\r\n")->upgrade);
  EXPECT_FALSE(read("GET http://a/ HTTP/1.1", "Connection: upgrade\r\n")->upgrade);
}

TEST(RequestHead, BodiesHaveOneLength) {
  constexpr std::string_view kPost = "POST http://a/ HTTP/1.1";
  EXPECT_EQ(read(kPost)->body_bytes, 0U);
  EXPECT_EQ(read(kPost, "Content-Length: 12\r\n")->body_bytes, 12U);
  EXPECT_EQ(read(kPost, "Content-Length: 1\r\nContent-Length: 2\r\n").error(), Reason::kMalformed);
  EXPECT_EQ(read(kPost, "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n").error(),
            Reason::kMalformed);
  EXPECT_EQ(read(kPost, "Transfer-Encoding: chunked\r\n").error(), Reason::kLengthRequired);
}

}  // namespace
}  // namespace turnpike::egress
