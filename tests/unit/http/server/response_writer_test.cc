#include "http/server/response_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(ResponseWriter, WritesDateAndLength) {
  Response response = Response::text(200, "hi");
  EXPECT_EQ(write_response(response, {.unix_time = 784111777}),
            "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n\r\nhi");
}

TEST(ResponseWriter, HeadKeepsTheLengthOnly) {
  const std::string bytes = write_response(Response::text(200, "hi"), {.head = true});
  EXPECT_THAT(bytes, HasSubstr("Content-Length: 2\r\n"));
  EXPECT_TRUE(bytes.ends_with("\r\n\r\n"));
}

TEST(ResponseWriter, SomeStatusesHaveNoBody) {
  for (const unsigned status : {204U, 304U}) {
    const std::string bytes = write_response(Response::text(status, "hi"), {});
    EXPECT_THAT(bytes, Not(HasSubstr("Content-Length")));
    EXPECT_TRUE(bytes.ends_with("\r\n\r\n"));
  }
}

TEST(ResponseWriter, SaysWhetherTheConnectionStays) {
  EXPECT_THAT(write_response({}, {.keep_alive = false}), HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(write_response({}, {.http_1_0 = true}), HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_THAT(write_response({}, {}), Not(HasSubstr("Connection")));
}

TEST(ResponseWriter, TheFramingIsNotTheHandlers) {
  Response response = Response::text(200, "hi");
  response.headers.set("content-LENGTH", "777");
  response.headers.set("Transfer-Encoding", "chunked");
  response.headers.set("Server", "x");
  response.headers.set("Date", "x");
  response.headers.set("Connection", "upgrade");
  const std::string bytes = write_response(response, {});
  EXPECT_THAT(bytes, Not(HasSubstr("777")));
  EXPECT_THAT(bytes, Not(HasSubstr("chunked")));
  EXPECT_THAT(bytes, Not(HasSubstr("Server")));
  EXPECT_THAT(bytes, Not(HasSubstr("upgrade")));
}

TEST(ResponseWriter, AHeaderNeverSplitsTheAnswer) {
  for (const std::string_view value : {"a\r\nX: y", "a\nb", "a\rb", "\x01", "\x7f"}) {
    Response response = Response::text(200, "hi");
    response.headers.add("Location", value);
    const std::string bytes = write_response(response, {});
    EXPECT_THAT(bytes, StartsWith("HTTP/1.1 500 ")) << value;
    EXPECT_THAT(bytes, Not(HasSubstr("Location")));
  }
  for (const std::string_view name : {"", "a b", "a:", "a\r\n", "\xc3\xa4"}) {
    Response response;
    response.headers.add(name, "x");
    EXPECT_THAT(write_response(response, {}), StartsWith("HTTP/1.1 500 ")) << name;
  }
  for (const unsigned status : {0U, 100U, 101U, 600U}) {
    EXPECT_THAT(write_response({.status = status, .headers = {}, .body = {}}, {}),
                StartsWith("HTTP/1.1 500 "));
  }
}

TEST(ResponseWriter, KnowsTheCalendar) {
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
  EXPECT_EQ(http_date(4107542399), "Sun, 28 Feb 2100 23:59:59 GMT");
}

}  // namespace
}  // namespace turnpike::http
