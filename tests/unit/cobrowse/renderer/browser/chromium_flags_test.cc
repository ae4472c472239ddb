#include "cobrowse/renderer/browser/chromium_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "http/core/json.h"

namespace turnpike::browser {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(ChromiumFlags, TheProxyIsTheOnlyWayOut) {
  const auto list = chromium_arguments({.profile_folder = "/p", .proxy_port = 4711});
  EXPECT_THAT(list, Contains("--proxy-server=http://127.0.0.1:4711"));
  EXPECT_THAT(list, Contains("--proxy-bypass-list=<-loopback>"));
  EXPECT_THAT(list, Contains(StartsWith("--host-resolver-rules=MAP * ~NOTFOUND")));
  EXPECT_THAT(list, Contains("--force-webrtc-ip-handling-policy=disable_non_proxied_udp"));
  EXPECT_THAT(list, Contains("--disable-quic"));
  EXPECT_THAT(list, Contains("--user-data-dir=/p"));
}

TEST(ChromiumFlags, TheSandboxStaysUnlessSomebodySaysSo) {
  EXPECT_THAT(chromium_arguments({}), Not(Contains("--no-sandbox")));
  EXPECT_THAT(chromium_arguments({.sandbox = false}), Contains("--no-sandbox"));
  for (const std::string& one : chromium_arguments({})) {
    EXPECT_EQ(one.find("remote-debugging-port"), std::string::npos);
    EXPECT_EQ(one.find("disable-web-security"), std::string::npos);
    EXPECT_EQ(one.find("disable-site-isolation"), std::string::npos);
  }
}

TEST(ChromiumFlags, AScreenIsFilled) {
  const auto screen = chromium_arguments({.width = 640, .height = 480});
  EXPECT_THAT(screen, Contains("--window-size=641,481"));
  EXPECT_THAT(screen, Contains("--kiosk"));
  EXPECT_THAT(screen, Contains("--mute-audio"));
  EXPECT_THAT(screen, Not(Contains(HasSubstr("autoplay"))));
  const auto headless = chromium_arguments({.width = 640, .headless = true, .audio = true});
  EXPECT_THAT(headless, Contains("--headless=new"));
  EXPECT_THAT(headless, Contains("--window-size=640,720"));
  EXPECT_THAT(headless, Not(Contains("--mute-audio")));
  EXPECT_THAT(headless, Contains("--autoplay-policy=no-user-gesture-required"));
  EXPECT_EQ(headless.back(), "about:blank");
}

TEST(ChromiumFlags, ThePolicyIsJsonAndClosesTheWaysOut) {
  const auto policy = http::parse_json_object(chromium_policy(false));
  ASSERT_TRUE(policy) << policy.error();
  std::vector<std::string> blocked;
  for (const auto& one : policy->at("URLBlocklist").as_array()) {
    blocked.emplace_back(one.as_string());
  }
  for (const char* const one : {"file://*", "chrome://*", "devtools://*", "view-source:*"}) {
    EXPECT_THAT(blocked, Contains(one));
  }
  EXPECT_EQ(policy->at("DownloadRestrictions"), 3);
  EXPECT_EQ(policy->at("DnsOverHttpsMode"), "off");
  EXPECT_EQ(policy->at("PasswordManagerEnabled"), false);
}

}  // namespace
}  // namespace turnpike::browser
