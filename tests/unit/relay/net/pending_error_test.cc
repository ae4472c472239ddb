#include "relay/net/pending_error.h"

#include <gtest/gtest.h>

namespace turnpike::net {
namespace {

TEST(PendingError, WhatIcmpCanCauseIsRetried) {
  for (const int error : {ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EMSGSIZE, EPROTO, EINTR}) {
    EXPECT_TRUE(worth_retrying(error)) << error;
  }
}

TEST(PendingError, WhatTheCallItselfCausedIsNot) {
  for (const int error : {EAGAIN, ENOBUFS, EBADF, EINVAL, ENOTSOCK, EAFNOSUPPORT, 0}) {
    EXPECT_FALSE(worth_retrying(error)) << error;
  }
}

}  // namespace
}  // namespace turnpike::net
