#include "http/core/problem.h"

#include <gtest/gtest.h>

#include "http/core/json.h"

namespace turnpike::http {
namespace {

TEST(Problem, IsJsonThatSaysWhatIsWrong) {
  const Response response = problem(404, "no session \"x\"");
  EXPECT_EQ(response.status, 404U);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  EXPECT_EQ(response.body, R"({"type":"about:blank","title":"Not Found","status":404,)"
                           R"("detail":"no session \"x\""})");
}

TEST(Problem, WithoutADetail) {
  EXPECT_EQ(problem(499).body, R"({"type":"about:blank","title":"Error","status":499})");
}

TEST(Problem, AnyBytesStayJson) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  all += "\xe2\x82\xac\xf0\x9f\x98\x80\xc3";
  const auto object = parse_json_object(problem(400, all).body);
  ASSERT_TRUE(object) << object.error();
  const auto detail = text_member(*object, "detail");
  EXPECT_EQ((*detail)->substr(0, 128), all.substr(0, 128));
  EXPECT_TRUE((*detail)->ends_with("\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbd"));
}

TEST(Problem, RetryAfterIsAtLeastASecond) {
  Response response = problem(429);
  set_retry_after(response, 0);
  EXPECT_EQ(response.headers.find("Retry-After"), "1");
  set_retry_after(response, 17);
  EXPECT_EQ(response.headers.find("Retry-After"), "17");
}

}  // namespace
}  // namespace turnpike::http
