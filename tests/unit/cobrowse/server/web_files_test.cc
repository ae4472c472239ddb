#include "cobrowse/server/web_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::cobrowse {
namespace {

using http::Method;
using http::TrustLevel;
using ::testing::EndsWith;
using ::testing::HasSubstr;

const std::vector<std::string> kEmbedding = {"https://www.example.org", "https://*.example.net"};

std::optional<http::Response> get(const std::string& path, TrustLevel trust = TrustLevel::kPublic,
                                  Method method = Method::kGet) {
  http::Request request;
  request.method = method;
  request.path = path;
  request.trust = trust;
  return answer_web_file(request, kEmbedding);
}

TEST(WebFiles, EachHasItsTypeAndStrictHeaders) {
  ASSERT_GE(web_files().size(), 5U);
  for (const WebFile& file : web_files()) {
    const auto answer = get("/" + std::string(file.name), TrustLevel::kInternal);
    ASSERT_TRUE(answer) << file.name;
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->body, file.content);
    const std::string_view type = answer->headers.find("Content-Type");
    const std::string_view name = file.name;
    EXPECT_EQ(type, name.ends_with(".html")  ? "text/html; charset=utf-8"
                    : name.ends_with(".js")  ? "text/javascript; charset=utf-8"
                    : name.ends_with(".css") ? "text/css; charset=utf-8"
                                             : "image/svg+xml")
        << name;
    const std::string csp(answer->headers.find("Content-Security-Policy"));
    EXPECT_THAT(csp, HasSubstr("default-src 'none'"));
    EXPECT_THAT(csp, HasSubstr("script-src 'self';"));
    // A frame of another site shows the visitor's page, never the desk.
    EXPECT_THAT(csp,
                EndsWith(name == "visitor.html" ? "frame-ancestors 'self' https://www.example.org "
                                                  "https://*.example.net"
                                                : "frame-ancestors 'self'"));
    EXPECT_EQ(csp.find("unsafe"), std::string::npos);
    EXPECT_EQ(answer->headers.find("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer->headers.find("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(answer->headers.has("Cross-Origin-Resource-Policy"), name == "visitor.js") << name;
  }
}

TEST(WebFiles, TheDeskIsForAgents) {
  for (const WebFile& file : web_files()) {
    const bool desk = file.name.starts_with("desk");
    for (const TrustLevel trust : {TrustLevel::kPublic, TrustLevel::kWebhook}) {
      EXPECT_EQ(get("/" + std::string(file.name), trust).has_value(), !desk) << file.name;
    }
  }
  EXPECT_THAT(std::string(get("/")->body), HasSubstr("<html"));
  EXPECT_EQ(get("/")->body, get("/visitor.html")->body);
  EXPECT_EQ(get("/", TrustLevel::kInternal)->body, get("/desk.html", TrustLevel::kInternal)->body);
}

TEST(WebFiles, NothingElseIsAFile) {
  for (const char* const path :
       {"/../visitor.html", "/..", "/./visitor.html", "//visitor.html", "/visitor.html/",
        "/etc/passwd", "//etc/passwd", "/VISITOR.HTML", "/v1/sessions"}) {
    EXPECT_FALSE(get(path, TrustLevel::kSystem)) << path;
  }
  EXPECT_FALSE(get(std::string("/visitor.html\0", 14)));
  EXPECT_TRUE(get(""));  // a prefix without a slash behind it
}

TEST(WebFiles, AreReadOnly) {
  EXPECT_EQ(get("/visitor.html", TrustLevel::kPublic, Method::kPost)->status, 405U);
  EXPECT_EQ(get("/visitor.html", TrustLevel::kPublic, Method::kHead)->status, 200U);
}

}  // namespace
}  // namespace turnpike::cobrowse
