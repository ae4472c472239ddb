#include "cobrowse/server/relay_only.h"

#include <gtest/gtest.h>

namespace turnpike::cobrowse {
namespace {

constexpr const char* kRelay =
    "candidate:1 1 udp 41885439 198.51.100.7 49152 typ relay raddr 0.0.0.0 rport 0";

TEST(RelayOnly, TakesARelayCandidate) {
  EXPECT_TRUE(is_relay_candidate(kRelay));
  EXPECT_TRUE(is_relay_candidate("candidate:1 1 udp 1 198.51.100.7 9 typ relay"));
}

TEST(RelayOnly, ATypeIsWhereATypeStands) {
  for (const char* const text :
       {"", "candidate:", "relay", "candidate:1 1 udp 1 10.0.0.5 9 typ host",
        "candidate:1 1 udp 1 10.0.0.5 9 typ srflx raddr 0.0.0.0 rport 0",
        "candidate:1 1 udp 1 10.0.0.5 9 typ host x typ relay",
        "candidate:1 1 udp 1 10.0.0.5 9 typ relayed", "candidate:1 1 udp 1 10.0.0.5 9 typ",
        "candidate:1  udp 1 10.0.0.5 9 typ relay", "candidate:1 1 udp 1 10.0.0.5 9 tcptype relay",
        "a=candidate:1 1 udp 1 10.0.0.5 9 typ relay",
        "candidate:1 1 udp 1 198.51.100.7 9 typ relay\r\na=candidate:2 1 udp 1 10.0.0.5 9 typ host",
        "candidate:1 1 udp 1 198.51.100.7 9 typ relay\na=x"}) {
    EXPECT_FALSE(is_relay_candidate(text)) << text;
  }
}

TEST(RelayOnly, AnSdpKeepsEverythingElse) {
  const std::string relay = std::string("a=") + kRelay + "\r\n";
  const std::string host = "a=candidate:2 1 udp 1 10.0.0.5 9 typ host\r\n";
  EXPECT_EQ(only_relay_candidates("v=0\r\n" + host + relay + "a=mid:0\r\n" + host),
            "v=0\r\n" + relay + "a=mid:0\r\n");
  EXPECT_EQ(only_relay_candidates(""), "");
  EXPECT_EQ(only_relay_candidates("v=0"), "v=0");
}

TEST(RelayOnly, NoLineEndHidesACandidate) {
  const std::string host = "a=candidate:2 1 udp 1 10.0.0.5 9 typ host";
  for (const std::string& sdp :
       {"v=0\r" + host + "\rs=-", "v=0\n\n" + host + "\ns=-", "v=0\r\n " + host + "\r\ns=-",
        "v=0\r\n" + host + " typ relay\r\ns=-"}) {
    EXPECT_EQ(only_relay_candidates(sdp).find("10.0.0.5"), std::string::npos) << sdp;
    EXPECT_NE(only_relay_candidates(sdp).find("s=-"), std::string::npos);
  }
}

}  // namespace
}  // namespace turnpike::cobrowse
