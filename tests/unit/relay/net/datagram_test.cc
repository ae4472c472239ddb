#include "relay/net/datagram.h"

#include <gtest/gtest.h>

namespace turnpike::net {
namespace {

TEST(Datagram, HeadroomHoldsADataIndication) {
  // STUN header, XOR-PEER-ADDRESS for IPv6, DATA attribute header (RFC 8656 section 11.3).
  EXPECT_GE(kHeadroom, 20U + 4U + 20U + 4U);
  EXPECT_GE(kTailroom, 3U);  // padding to four bytes
  EXPECT_EQ(kMaxDatagram, 65535U);
}

}  // namespace
}  // namespace turnpike::net
