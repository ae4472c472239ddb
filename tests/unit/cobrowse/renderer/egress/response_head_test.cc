#include "cobrowse/renderer/egress/response_head.h"

#include <gtest/gtest.h>

namespace turnpike::egress {
namespace {

Result<ResponseHead, Reason> read(std::string_view line, std::string_view fields = "",
                                  bool upgrade = false) {
  return parse_response_head(std::string(line) + "\r\n" + std::string(fields) + "\r\n", upgrade);
}

TEST(ResponseHead, TheConnectionEndsWhateverTheSiteSays) {
  const auto head =
      read("HTTP/1.1 200 OK",
           "Connection: keep-alive, X-Hop\r\nKeep-Alive: timeout=60\r\nX-Hop: 1\r\n"
           "Proxy-Connection: keep-alive\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->status, 200U);
  EXPECT_FALSE(head->interim || head->upgraded);
  EXPECT_EQ(head->forward,
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\nConnection: close\r\n\r\n");
}

TEST(ResponseHead, InterimAnswersAreFollowedByAnother) {
  const auto head = read("HTTP/1.1 103 Early Hints", "Link: </a>\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_TRUE(head->interim);
  EXPECT_EQ(head->forward, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
}

TEST(ResponseHead, UpgradesNeedToBeAskedFor) {
  constexpr std::string_view kFields = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  const auto head = read("HTTP/1.1 101 Switching Protocols", kFields, true);
  ASSERT_TRUE(head.has_value());
  EXPECT_TRUE(head->upgraded);
  EXPECT_FALSE(head->interim);
  EXPECT_EQ(
      head->forward,
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  EXPECT_FALSE(read("HTTP/1.1 101 Switching Protocols", kFields, false).has_value());
}

TEST(ResponseHead, OlderAndTerserServersAreUnderstood) {
  EXPECT_EQ(read("HTTP/1.0 404 Not Found")->status, 404U);
  EXPECT_EQ(read("HTTP/1.1 204")->status, 204U);
  EXPECT_EQ(read("HTTP/1.1 204 ")->status, 204U);
}

TEST(ResponseHead, EverythingElseIsABadAnswer) {
  for (const std::string_view line :
       {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000", "HTTP/1.1 abc",
        "HTTP/2 200 OK", "HTTP/1.1 099 x", "HTTP/1.1  200 OK", "ICY 200 OK", "SSH-2.0-OpenSSH",
        "HTTP/1.1 200 a\nb", "HTTP/1.1 407 Proxy Authentication Required"}) {
    const auto head = read(line);
    ASSERT_FALSE(head.has_value()) << line;
    EXPECT_EQ(head.error(), Reason::kBadAnswer) << line;
  }
  EXPECT_FALSE(read("HTTP/1.1 200 OK", "A : b\r\n").has_value());
}

}  // namespace
}  // namespace turnpike::egress
