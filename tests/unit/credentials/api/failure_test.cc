#include "credentials/api/failure.h"

#include <gtest/gtest.h>

namespace turnpike::credentials::api {
namespace {

std::string body(Shape shape, const Failure& failure) {
  const http::Response response = render_failure(shape, failure);
  EXPECT_EQ(response.status, failure.status);
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  return response.body;
}

TEST(Failure, HasTheShapeOfEachService) {
  const Failure no{401, "no key"};
  EXPECT_EQ(body(Shape::kOwn, no),
            R"({"type":"about:blank","title":"Unauthorized","status":401,"detail":"no key"})");
  EXPECT_EQ(body(Shape::kCloudflare, no),
            R"({"success":false,"errors":[{"code":4010,"message":"no key"}]})");
  EXPECT_EQ(body(Shape::kTwilio, no),
            R"({"code":20003,"message":"no key",)"
            R"("more_info":"https://www.twilio.com/docs/errors/20003","status":401})");
  EXPECT_EQ(body(Shape::kXirsysV2, no), R"({"s":401,"e":"no key","p":"/getIceServers","d":null})");
  EXPECT_EQ(body(Shape::kXirsysV3, no), R"({"s":"error","v":"unauthorized"})");
  EXPECT_EQ(body(Shape::kMetered, no), R"({"error":"no key"})");
  EXPECT_EQ(body(Shape::kMatrix, no), R"({"errcode":"M_UNKNOWN_TOKEN","error":"no key"})");
  EXPECT_EQ(body(Shape::kKinesis, no), R"({"__type":"NotAuthorizedException","Message":"no key"})");
}

TEST(Failure, TellsHowLongToWait) {
  const Failure slow{429, "slow down", 7};
  EXPECT_EQ(render_failure(Shape::kOwn, slow).headers.find("Retry-After"), "7");
  EXPECT_EQ(body(Shape::kMatrix, slow),
            R"({"errcode":"M_LIMIT_EXCEEDED","error":"slow down","retry_after_ms":7000})");
}

TEST(Failure, A401SaysHowToLogIn) {
  EXPECT_EQ(render_failure(Shape::kOwn, {401, ""}).headers.find("WWW-Authenticate"),
            "Bearer, Basic");
  EXPECT_FALSE(render_failure(Shape::kOwn, {403, ""}).headers.has("WWW-Authenticate"));
}

}  // namespace
}  // namespace turnpike::credentials::api
