#include "http/client/client_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace turnpike::http {
namespace {

TEST(ClientUrl, HasItsParts) {
  const auto url = parse_client_url("HTTPS://Example.org:8443/a%20b?c=d");
  ASSERT_TRUE(url) << url.error();
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "Example.org");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->authority, "Example.org:8443");
  EXPECT_EQ(url->target, "/a%20b?c=d");
}

TEST(ClientUrl, HasDefaults) {
  const auto plain = parse_client_url("http://localhost");
  ASSERT_TRUE(plain) << plain.error();
  EXPECT_EQ(plain->port, 80);
  EXPECT_EQ(plain->target, "/");
  EXPECT_EQ(plain->authority, "localhost");
  EXPECT_EQ(parse_client_url("https://a/")->port, 443);
  EXPECT_EQ(parse_client_url("http://a?b")->target, "/?b");
}

TEST(ClientUrl, KnowsIpv6) {
  const auto url = parse_client_url("http://[2001:db8::1]:8080/x");
  ASSERT_TRUE(url) << url.error();
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->authority, "[2001:db8::1]:8080");
}

TEST(ClientUrl, RefusesEverythingElse) {
  for (const std::string_view text :
       {"", "/x", "localhost:80", "ftp://a/", "http://", "http:///x", "http://u:p@a/",
        "http://a/#x", "http://a:0/", "http://a:99999/", "http://a b/", "http://a/\r\nX: y"}) {
    const auto url = parse_client_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_THAT(url.error(), testing::HasSubstr("write http://host:port/path"));
  }
}

}  // namespace
}  // namespace turnpike::http
