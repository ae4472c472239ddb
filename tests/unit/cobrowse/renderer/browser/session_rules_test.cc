#include "cobrowse/renderer/browser/session_rules.h"

#include <gtest/gtest.h>

namespace turnpike::browser {
namespace {

TEST(SessionRules, WhatPeopleTypeBecomesAnAddress) {
  EXPECT_EQ(address_from("example.org"), "https://example.org");
  EXPECT_EQ(address_from("  example.org/a?b#c "), "https://example.org/a?b#c");
  EXPECT_EQ(address_from("http://example.org"), "http://example.org");
  EXPECT_EQ(address_from("HTTPS://example.org"), "HTTPS://example.org");
  EXPECT_EQ(address_from("localhost:8080/x"), "https://localhost:8080/x");
  EXPECT_EQ(address_from("example.org/a:b"), "https://example.org/a:b");
}

TEST(SessionRules, WhatIsNoWebAddressIsNone) {
  for (const char* const typed : {"",
                                  "   ",
                                  "file:///etc/passwd",
                                  "FILE:///etc/passwd",
                                  "chrome://settings",
                                  "javascript:alert(1)",
                                  "data:text/html,x",
                                  "view-source:http://a",
                                  "blob:https://a/x",
                                  "about:blank",
                                  "mailto:a@b",
                                  "//example.org",
                                  "https://",
                                  "https:///x",
                                  "https://user:pass@example.org",
                                  "user@example.org",
                                  "https://a\\@b",
                                  "a b",
                                  "a\tb",
                                  "java\nscript:alert(1)",
                                  "filesystem:https://a/x"}) {
    EXPECT_EQ(address_from(typed), "") << typed;
  }
  EXPECT_EQ(address_from("https://a/" + std::string(9000, 'x')), "");
}

TEST(SessionRules, OnlyTheWebIsLoaded) {
  for (const char* const good :
       {"http://a", "https://a", "HTTP://a", "about:blank", "about:srcdoc"}) {
    EXPECT_TRUE(may_load(good)) << good;
  }
  for (const char* const bad : {"", "file:///x", "chrome://x", "data:text/html,x", "blob:https://a",
                                "httpx://a", "about:version", "devtools://x", "ftp://a"}) {
    EXPECT_FALSE(may_load(bad)) << bad;
  }
}

TEST(SessionRules, LogsHoldNoSecretsOfAddresses) {
  EXPECT_EQ(without_query("https://a/b?token=c#d"), "https://a/b");
  EXPECT_EQ(without_query("https://a/b#d"), "https://a/b");
  EXPECT_EQ(without_query("https://user:pass@a/b?c"), "https://a/b");
  EXPECT_EQ(without_query("nothing"), "nothing");
  EXPECT_EQ(without_query(""), "");
}

TEST(SessionRules, ElsewhereIsAnyOtherAuthority) {
  EXPECT_FALSE(is_elsewhere("http://a.invalid/x", "a.invalid"));
  for (const char* const url :
       {"https://b.example/", "http://a.invalid.b.example/", "http://a.invalid@b.example/",
        "http://a.invalid:8080/", "http://b.example/?http://a.invalid/"}) {
    EXPECT_TRUE(is_elsewhere(url, "a.invalid")) << url;
  }
  EXPECT_FALSE(is_elsewhere("about:blank", "a.invalid"));
}

}  // namespace
}  // namespace turnpike::browser
