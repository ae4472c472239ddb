#include "conf/site_pattern.h"

#include <gmock/gmock.h>

namespace turnpike::conf {
namespace {

using testing::HasSubstr;

std::string about(const Result<void, std::string>& verdict) {
  return verdict ? "" : verdict.error();
}

TEST(SitePattern, TakesHostsAddressesAndStarsInFront) {
  for (const char* good : {"example.org", "*.example.org", "*", "localhost", "a_b.example.org",
                           "xn--bcher-kva.example", "192.0.2.1", "2001:db8::1"}) {
    EXPECT_EQ(about(check_site(good)), "") << good;
  }
}

TEST(SitePattern, SaysWhatToWriteInstead) {
  EXPECT_THAT(about(check_site("https://a.org/b")), HasSubstr("has a scheme; write the host only"));
  EXPECT_THAT(about(check_site("a.org/b")), HasSubstr("has a path"));
  EXPECT_THAT(about(check_site("a.org:8443")), HasSubstr("the port in egress.allow_ports"));
  EXPECT_THAT(about(check_site("www.*.org")), HasSubstr("a * elsewhere than in front"));
  EXPECT_THAT(about(check_site("*example.org")), HasSubstr("a * elsewhere than in front"));
  for (const char* bad : {"", "a b", "a..org", ".org", "a.org.", "\xc3\xa4.org"}) {
    EXPECT_THAT(about(check_site(bad)), HasSubstr("is no name of a host")) << bad;
  }
  EXPECT_THAT(about(check_site(std::string(64, 'a'))), HasSubstr("is no name of a host"));
}

TEST(SitePattern, TakesNetworksWhereTheyAreAllowed) {
  for (const char* good : {"10.0.0.0/8", "192.0.2.1", "fd00::/8", "::/0", "2001:db8::1/128",
                           "intranet.example.org", "*.intranet"}) {
    EXPECT_EQ(about(check_internal(good)), "") << good;
  }
  for (const char* bad : {"10.0.0.0/33", "fd00::/129", "10.0.0.0/", "10.0.0.0/a"}) {
    EXPECT_THAT(about(check_internal(bad)), HasSubstr("is no network")) << bad;
  }
  EXPECT_THAT(about(check_internal("http://intranet")), HasSubstr("has a scheme"));
  EXPECT_THAT(about(check_site("10.0.0.0/8")), HasSubstr("has a path"));
}

TEST(CheckInternal, AHostMayHaveAPort) {
  for (const char* const text : {"intranet:8443", "127.0.0.1:80", "[::1]:8080", "*.corp:443"}) {
    EXPECT_TRUE(check_internal(text)) << text;
  }
  for (const char* const text : {"intranet:0", "intranet:65536", "a b:80", "http://x:80"}) {
    EXPECT_FALSE(check_internal(text)) << text;
  }
}

}  // namespace
}  // namespace turnpike::conf
