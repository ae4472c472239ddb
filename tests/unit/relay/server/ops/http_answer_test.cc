#include "relay/server/ops/http_answer.h"

#include <gtest/gtest.h>

#include "relay/server/ops/metrics_text.h"

namespace turnpike::server {
namespace {

HttpAnswer answer(std::string_view method, std::string_view target,
                  std::string_view path = "/metrics") {
  return answer_http(method, target, path, [] { return std::string("page"); });
}

TEST(HttpAnswer, ServesThePage) {
  for (const char* target : {"/metrics", "/metrics?debug=1"}) {
    const HttpAnswer got = answer("GET", target);
    EXPECT_EQ(got.status, 200U);
    EXPECT_EQ(got.body, "page");
    EXPECT_EQ(got.content_type, kMetricsContentType);
  }
  EXPECT_EQ(answer("HEAD", "/metrics").status, 200U);
}

TEST(HttpAnswer, SaysOk) {
  EXPECT_EQ(answer("GET", "/").body, "ok");
  EXPECT_EQ(answer("GET", "/healthz").body, "ok");
}

TEST(HttpAnswer, FollowsThePathOfTheConfiguration) {
  EXPECT_EQ(answer("GET", "/stats", "/stats").body, "page");
  EXPECT_EQ(answer("GET", "/metrics", "/stats").status, 404U);
  EXPECT_EQ(answer("GET", "/", "/").body, "page");
}

TEST(HttpAnswer, RefusesTheRest) {
  EXPECT_EQ(answer("GET", "/metrics/").status, 404U);
  EXPECT_EQ(answer("GET", "/other").status, 404U);
  EXPECT_EQ(answer("GET", "").status, 404U);
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get", "X"}) {
    const HttpAnswer got = answer(method, "/metrics");
    EXPECT_EQ(got.status, 405U) << method;
    EXPECT_TRUE(got.allow);
  }
}

}  // namespace
}  // namespace turnpike::server
