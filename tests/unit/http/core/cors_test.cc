#include "http/core/cors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::http {
namespace {

CorsPolicy policy_of(std::vector<std::string> patterns) {
  CorsPolicy policy;
  for (const std::string& one : patterns) {
    const auto pattern = OriginPattern::parse(one);
    EXPECT_TRUE(pattern) << one;
    policy.allowed.push_back(*pattern);
  }
  return policy;
}

Request from(std::string_view origin, Method method = Method::kGet) {
  Request request;
  request.method = method;
  if (!origin.empty()) request.headers.add("Origin", origin);
  return request;
}

Request preflight(std::string_view method, std::string_view headers = {}) {
  Request request = from("https://app.example.org", Method::kOptions);
  request.headers.add("Access-Control-Request-Method", method);
  if (!headers.empty()) request.headers.add("Access-Control-Request-Headers", headers);
  return request;
}

TEST(Cors, AnExactOriginMatchesItself) {
  const CorsPolicy policy = policy_of({"https://App.example.org", "http://localhost:3000"});
  EXPECT_TRUE(allows(policy, "https://app.example.org"));
  EXPECT_TRUE(allows(policy, "https://app.example.org:443"));
  EXPECT_TRUE(allows(policy, "http://localhost:3000"));
  for (const std::string_view other :
       {"http://app.example.org", "https://app.example.org:8443", "https://example.org",
        "https://app.example.org.evil.net", "https://evil.net/https://app.example.org",
        "https://xapp.example.org", "https://app.example.org@evil.net", "null", "",
        "https://app.example.org/", "http://localhost", "https://app.example.org\\.evil.net"}) {
    EXPECT_FALSE(allows(policy, other)) << other;
  }
}

TEST(Cors, APatternMatchesWhatIsBelowIt) {
  const CorsPolicy policy = policy_of({"https://*.example.org:8443"});
  EXPECT_TRUE(allows(policy, "https://a.example.org:8443"));
  EXPECT_TRUE(allows(policy, "https://a.b.example.org:8443"));
  for (const std::string_view other :
       {"https://example.org:8443", "https://.example.org:8443", "https://a.example.org",
        "https://aexample.org:8443", "https://a.example.org.evil.net:8443",
        "http://a.example.org:8443", "https://evil.net?.example.org:8443",
        "https://evil.net#.example.org:8443"}) {
    EXPECT_FALSE(allows(policy, other)) << other;
  }
  EXPECT_EQ(policy.allowed[0].to_string(), "https://*.example.org:8443");
}

TEST(Cors, RefusesPatternsThatAreNoOrigins) {
  for (const std::string_view text : {"*", "example.org", "https://", "https://*", "https://*.org",
                                      "https://a.*.org", "https://a/b", "ftp://a.org", "https://a:",
                                      "https://a:99999x", "https://a b.org", "https://..org"}) {
    EXPECT_FALSE(OriginPattern::parse(text)) << text;
  }
  EXPECT_TRUE(
      OriginPattern::parse("https://[2001:db8::1]:8443")->matches("https://[2001:DB8::1]:8443"));
}

TEST(Cors, EveryAnswerVariesByOrigin) {
  const CorsPolicy policy = policy_of({"https://app.example.org"});
  for (const std::string_view origin : {"", "https://app.example.org", "https://evil.net"}) {
    Response response;
    add_cors(policy, from(origin), response);
    EXPECT_EQ(response.headers.find("Vary"), "Origin");
    EXPECT_EQ(response.headers.has("Access-Control-Allow-Origin"),
              origin == "https://app.example.org");
    EXPECT_FALSE(response.headers.has("Access-Control-Allow-Credentials"));
  }
}

TEST(Cors, AStarNeverComesWithCredentials) {
  CorsPolicy policy;
  policy.any_origin = true;
  Response response;
  add_cors(policy, from("https://a.org"), response);
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), "*");
  EXPECT_TRUE(validate(policy));
  policy.credentials = true;
  EXPECT_FALSE(validate(policy));
  Response other;
  add_cors(policy, from("https://a.org"), other);
  EXPECT_FALSE(other.headers.has("Access-Control-Allow-Origin"));
  policy.allowed = policy_of({"https://a.org"}).allowed;
  add_cors(policy, from("https://a.org"), other);
  EXPECT_EQ(other.headers.find("Access-Control-Allow-Origin"), "https://a.org");
  EXPECT_EQ(other.headers.find("Access-Control-Allow-Credentials"), "true");
}

TEST(Cors, AnswersAPreflight) {
  const CorsPolicy policy = policy_of({"https://app.example.org"});
  const Request request = preflight("DELETE", "content-type, AUTHORIZATION");
  EXPECT_TRUE(is_preflight(request));
  EXPECT_FALSE(is_preflight(from("https://app.example.org", Method::kOptions)));
  const Response response = answer_preflight(policy, request);
  EXPECT_EQ(response.status, 204U);
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), "https://app.example.org");
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Methods"), "GET, POST, DELETE");
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Headers"), "Authorization, Content-Type");
  EXPECT_EQ(response.headers.find("Access-Control-Max-Age"), "600");
}

TEST(Cors, RefusesAPreflight) {
  const CorsPolicy policy = policy_of({"https://app.example.org"});
  EXPECT_EQ(answer_preflight(policy, preflight("PUT")).status, 403U);
  EXPECT_EQ(answer_preflight(policy, preflight("GET", "X-Other")).status, 403U);
  const CorsPolicy other = policy_of({"https://other.example.org"});
  const Response response = answer_preflight(other, preflight("GET"));
  EXPECT_EQ(response.status, 403U);
  EXPECT_EQ(response.headers.find("Vary"), "Origin");
  EXPECT_FALSE(response.headers.has("Access-Control-Allow-Origin"));
}

}  // namespace
}  // namespace turnpike::http
