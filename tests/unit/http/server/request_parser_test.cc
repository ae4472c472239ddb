#include "http/server/request_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::http {
namespace {

/// 0 for a request that is taken, else the status that it is refused with; 1 for one whose header
/// never ends, 2 for one whose body does not.
unsigned refused(std::string_view bytes, const Limits& limits = {}) {
  const auto length = header_length(bytes, limits);
  if (!length) return length.error().status;
  if (*length == 0) return 1;
  RequestParser parser(limits);
  Request request;
  if (const auto refusal = parser.on_header(bytes.substr(0, *length), request)) {
    return refusal->status;
  }
  bytes.remove_prefix(*length);
  while (!parser.complete() && !bytes.empty()) {
    const auto used = parser.on_body(bytes);
    if (!used) return used.error().status;
    if (*used == 0) break;
    bytes.remove_prefix(*used);
  }
  return parser.complete() ? 0 : 2;
}

/// A request with these header lines, each with its CRLF, behind a Host.
std::string with(std::string_view lines, std::string_view body = {}) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n" + std::string(body);
}

TEST(RequestParser, ReadsMethodTargetAndHeaders) {
  const std::string_view bytes = "PATCH /a?b HTTP/1.1\r\nHost: x:80\r\nX-A:  1 \r\nx-a: 2\r\n\r\n";
  const Limits limits;
  ASSERT_EQ(*header_length(bytes, limits), bytes.size());
  RequestParser parser(limits);
  Request request;
  ASSERT_FALSE(parser.on_header(bytes, request));
  EXPECT_EQ(request.method, Method::kPatch);
  EXPECT_EQ(request.target, "/a?b");
  EXPECT_EQ(request.headers.find("x-A"), "1");
  EXPECT_EQ(request.headers.count("X-A"), 2U);
  EXPECT_TRUE(parser.keep_alive());
  EXPECT_TRUE(parser.complete());
}

TEST(RequestParser, ReadsABodyInPieces) {
  const std::string bytes = with("Transfer-Encoding: Chunked\r\n");
  const Limits limits;
  RequestParser parser(limits);
  Request request;
  ASSERT_FALSE(parser.on_header(bytes, request));
  std::string rest = "3\r\nabc\r\n02;x=\"y\"\r\nde\r\n0\r\nX: y\r\n\r\nGET";
  std::string held;
  for (const char c : rest) {
    held += c;
    if (parser.complete()) break;
    const auto used = parser.on_body(held);
    ASSERT_TRUE(used) << used.error().detail;
    held.erase(0, *used);
  }
  EXPECT_TRUE(parser.complete());
  EXPECT_EQ(parser.take_body(), "abcde");
  EXPECT_EQ(held, "G");
  EXPECT_FALSE(request.headers.has("X"));
}

TEST(RequestParser, KeepAliveFollowsTheVersionAndConnection) {
  const auto keeps = [](std::string_view bytes) {
    const Limits limits;
    RequestParser parser(limits);
    Request request;
    EXPECT_FALSE(parser.on_header(bytes, request));
    return parser.keep_alive();
  };
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(RequestParser, NeverTwoWaysToFindTheEndOfABody) {
  EXPECT_EQ(refused(with("Content-Length: 1\r\n", "a")), 0U);
  for (const std::string_view lines :
       {"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
        "Content-Length: 1\r\nContent-Length: 1\r\n",
        "Content-Length: 1\r\nContent-Length: 2\r\n",
        "Content-Length: 1\r\ncontent-length: 01\r\n",
        "Content-Length: 1, 1\r\n",
        "Content-Length: +1\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 0x1\r\n",
        "Content-Length: 1 1\r\n",
        "Content-Length: 1.0\r\n",
        "Content-Length:\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Content-Length : 1\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length\t: 1\r\n",
        " Content-Length: 1\r\n",
        "X: y\r\n Transfer-Encoding: chunked\r\n",
        "X: y\r\n\tz\r\n",
        "X: y\n\r\n",
        "X: y\r\r\n",
        "X: y\rTransfer-Encoding: chunked\r\n",
        "X: y\nTransfer-Encoding: chunked\r\n",
        "X: y\x0bz\r\n",
        "Transfer-Encoding: \x0b"
        "chunked\r\n",
        "Content-Length: 1\x0c\r\n",
        "X\r\n",
        ": y\r\n",
        "X y: z\r\n",
        "X\x01: y\r\n",
        "Host: a\r\n",
        "Host: b\r\n"}) {
    EXPECT_EQ(refused(with(lines, "a")), 400U) << lines;
  }
  for (const std::string_view coding :
       {"gzip", "chunked, gzip", "gzip, chunked", "xchunked", "identity", "chunked;q=1",
        "chunked, chunked", "\"chunked\"", "", ","}) {
    const unsigned status =
        refused(with("Transfer-Encoding: " + std::string(coding) + "\r\n", "0\r\n\r\n"));
    EXPECT_TRUE(status == 400 || status == 501) << coding << " " << status;
  }
  EXPECT_EQ(refused(std::string("GET / HTTP/1.1\r\nHost: a\r\nX: \0y\r\n\r\n", 34)), 400U);
  EXPECT_EQ(refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400U);
}

TEST(RequestParser, ChunksAreStrict) {
  const auto body = [](std::string_view bytes) {
    return refused(with("Transfer-Encoding: chunked\r\n", bytes));
  };
  EXPECT_EQ(body("1\r\na\r\n0\r\n\r\n"), 0U);
  for (const std::string_view bytes :
       {"g\r\na\r\n0\r\n\r\n", "-1\r\na\r\n0\r\n\r\n", "0x1\r\na\r\n0\r\n\r\n",
        "\r\na\r\n0\r\n\r\n", "1\r\nab\r\n0\r\n\r\n", "1\r\naX\n0\r\n\r\n",
        "ffffffffffffffffff\r\na", "1\r\na\r\n0\r\nX y\r\n\r\n"}) {
    EXPECT_EQ(body(bytes), 400U) << bytes;
  }
  EXPECT_EQ(body("1\na\n0\n\n"), 2U);  // lines end in CRLF: the deadline ends this one
}

TEST(RequestParser, RefusesRequestLinesThatAreNone) {
  for (const std::string_view bytes :
       {"GET /\r\n\r\n", "GET\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / x HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n",
        "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n", "\x16\x03\x01\x02\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"}) {
    EXPECT_EQ(refused(bytes), 400U) << bytes;
  }
  for (const std::string_view version : {"HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/3.1"}) {
    EXPECT_EQ(refused("GET / " + std::string(version) + "\r\nHost: a\r\n\r\n"), 505U) << version;
  }
}

TEST(RequestParser, HasLimits) {
  Limits limits;
  limits.header_bytes = 200;
  limits.header_count = 3;
  limits.target_bytes = 20;
  limits.body_bytes = 10;
  EXPECT_EQ(refused("GET /1234567890123456789 HTTP/1.1\r\nHost: a\r\n\r\n", limits), 0U);
  EXPECT_EQ(refused("GET /12345678901234567890 HTTP/1.1\r\nHost: a\r\n\r\n", limits), 414U);
  EXPECT_EQ(refused("GET /" + std::string(300, 'a'), limits), 414U);
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(300, 'a'), limits), 431U);
  EXPECT_EQ(refused(with("A: 1\r\nB: 2\r\n"), limits), 0U);
  EXPECT_EQ(refused(with("A: 1\r\nB: 2\r\nC: 3\r\n"), limits), 431U);
  EXPECT_EQ(refused(with("Content-Length: 10\r\n", "0123456789"), limits), 0U);
  EXPECT_EQ(refused(with("Content-Length: 11\r\n"), limits), 413U);
  EXPECT_EQ(
      refused(with("Transfer-Encoding: chunked\r\n", "b\r\n0123456789a\r\n0\r\n\r\n"), limits),
      413U);
  std::string chunks;
  for (int i = 0; i < 9; ++i) chunks += "1;" + std::string(3000, 'x') + "\r\na\r\n";
  EXPECT_EQ(refused(with("Transfer-Encoding: chunked\r\n", chunks), limits), 413U);
}

TEST(RequestParser, TheOnlyExpectationIsContinue) {
  EXPECT_EQ(refused(with("Expect: 100-continue\r\nContent-Length: 1\r\n", "a")), 0U);
  EXPECT_EQ(refused(with("Expect: the unexpected\r\n")), 417U);
}

}  // namespace
}  // namespace turnpike::http
