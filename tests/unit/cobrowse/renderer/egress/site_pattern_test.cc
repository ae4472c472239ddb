#include "cobrowse/renderer/egress/site_pattern.h"

#include <gtest/gtest.h>

namespace turnpike::egress {
namespace {

bool matches(std::string_view pattern, std::string_view host, std::uint16_t port = 443) {
  return SitePattern::parse(pattern).value().matches(parse_host(host).value(), port);
}

TEST(SitePattern, StarStandsForAnyRun) {
  EXPECT_TRUE(matches("example.org", "EXAMPLE.org."));
  EXPECT_FALSE(matches("example.org", "www.example.org"));
  EXPECT_TRUE(matches("*.example.org", "www.example.org"));
  EXPECT_TRUE(matches("*.Example.ORG.", "a.b.example.org"));
  EXPECT_FALSE(matches("*.example.org", "example.org"));
  EXPECT_FALSE(matches("*.example.org", "badexample.org"));
  EXPECT_FALSE(matches("*.example.org", "www.example.org.evil.test"));
  EXPECT_TRUE(matches("shop*.example.*", "shop12.example.net"));
  EXPECT_TRUE(matches("*", "anything.test"));
  EXPECT_TRUE(matches("*", "2001:db8::1"));
  EXPECT_TRUE(matches("10.*", "10.1.2.3"));
}

TEST(SitePattern, PortNarrows) {
  EXPECT_TRUE(matches("example.org:8443", "example.org", 8443));
  EXPECT_FALSE(matches("example.org:8443", "example.org", 443));
  EXPECT_TRUE(matches("*:8443", "example.org", 8443));
  EXPECT_EQ(SitePattern::parse("example.org:8443")->port(), 8443);
  EXPECT_EQ(SitePattern::parse("example.org")->port(), std::nullopt);
}

TEST(SitePattern, AddressesInAnyForm) {
  EXPECT_TRUE(matches("192.0.2.7", "192.0.2.7"));
  EXPECT_TRUE(matches("[2001:DB8:0::1]:443", "[2001:db8::1]", 443));
  EXPECT_FALSE(matches("[2001:db8::1]:443", "[2001:db8::1]", 80));
  EXPECT_TRUE(matches("[2001:db8::1]", "2001:db8::1", 80));
}

TEST(SitePattern, RefusesWhatIsNoSite) {
  for (const std::string_view text :
       {"", ":443", "example.org:", "example.org:0", "example.org:65536", "example.org:+1",
        "example.org: 80", "https://example.org", "example.org/a", "10.0.0.0/8", "a b", "*.10",
        "192.168.*.1", "[*::1]", "[2001:db8::1", "2001:db8::1", "127.1", "*..example.org",
        "m\xc3\xbcnchen.example"}) {
    EXPECT_FALSE(SitePattern::parse(text).has_value()) << text;
  }
}

TEST(GlobMatches, EndsAndRepeats) {
  EXPECT_TRUE(glob_matches("", ""));
  EXPECT_TRUE(glob_matches("**", ""));
  EXPECT_FALSE(glob_matches("", "a"));
  EXPECT_TRUE(glob_matches("a*b*c", "aXbbYc"));
  EXPECT_FALSE(glob_matches("a*b*c", "aXbbYcd"));
  EXPECT_TRUE(glob_matches("*ab", "aab"));
}

// Trying every way for a star would take longer than the universe has.
TEST(GlobMatches, ManyStarsTakeNoTime) {
  std::string glob;
  for (int i = 0; i < 100; ++i) glob += "*a";
  EXPECT_FALSE(glob_matches(glob + "b", std::string(20000, 'a')));
}

}  // namespace
}  // namespace turnpike::egress
