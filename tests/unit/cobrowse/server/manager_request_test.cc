#include "cobrowse/server/manager_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_daemon.h"

namespace turnpike::cobrowse {
namespace {

using testing::HasSubstr;

TEST(ManagerRequest, OtherStatusesAreErrorsWithTheManagersWords) {
  FakeDaemon daemon([](const SeenRequest&) {
    return FakeAnswer{.status = 403, .body = R"({"message":"not you"})"};
  });
  const http::ClientRequest request{.url = "http://docker/a/b?c=secret",
                                    .unix_socket = daemon.path()};
  EXPECT_EQ(ask(request, {200}).error(), "GET /a/b: status 403 (not you)");
  const auto wanted = ask(request, {200, 403});
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->status, 403U);
}

TEST(ManagerRequest, WordsAreShortAndNeverMissing) {
  const std::string lengthy(1000, 'x');
  EXPECT_EQ(manager_words({.status = 500, .headers = {}, .body = "<html>"}), "status 500");
  EXPECT_EQ(manager_words({.status = 500, .headers = {}, .body = R"({"message":3})"}),
            "status 500");
  EXPECT_EQ(
      manager_words({.status = 500, .headers = {}, .body = R"({"message":")" + lengthy + "\"}"})
          .size(),
      300U);
}

TEST(ManagerRequest, TextAtAPath) {
  const boost::json::object object{{"a", boost::json::object{{"b", "c"}, {"n", 1}}}};
  EXPECT_EQ(text_at(object, {"a", "b"}), "c");
  EXPECT_EQ(text_at(object, {"a", "n"}), "");
  EXPECT_EQ(text_at(object, {"a", "b", "c"}), "");
  EXPECT_EQ(text_at(object, {"x", "b"}), "");
}

TEST(ManagerRequest, PercentEncode) {
  EXPECT_EQ(percent_encode("aZ9-_.~"), "aZ9-_.~");
  EXPECT_EQ(percent_encode("{\"=/ \xc3"), "%7B%22%3D%2F%20%C3");
}

TEST(ManagerRequest, VersionsCompareAsNumbers) {
  EXPECT_LT((ManagerVersion{1, 9}), (ManagerVersion{1, 41}));
  EXPECT_GT((ManagerVersion{2, 0}), (ManagerVersion{1, 41}));
}

}  // namespace
}  // namespace turnpike::cobrowse
