#include "relay/net/socket_error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace turnpike::net {
namespace {

TEST(SocketError, NamesOperationReasonAndErrno) {
  const SocketError error{EADDRINUSE, "cannot bind UDP 10.0.0.1:3478"};
  EXPECT_EQ(error.to_string(),
            "cannot bind UDP 10.0.0.1:3478: Address already in use (EADDRINUSE)");
}

TEST(SocketError, UnknownNumberIsShownAsNumber) {
  const SocketError error{99999, "cannot open"};
  EXPECT_EQ(error.to_string(), "cannot open: error 99999");
}

}  // namespace
}  // namespace turnpike::net
