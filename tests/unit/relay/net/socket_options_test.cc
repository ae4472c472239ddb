#include "relay/net/socket_options.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "tests/unit/relay/net/loopback.h"

namespace turnpike::net {
namespace {

int read_option(int fd, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  return ::getsockopt(fd, level, name, &value, &length) == 0 ? value : -1;
}

TEST(SocketOptions, SocketsNeverBlockAndAreNotInherited) {
  for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
    const Fd fd = open_socket(AddressFamily::kIpv4, type);
    ASSERT_TRUE(fd.valid());
    EXPECT_NE(::fcntl(fd.get(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, 0);
  }
}

TEST(SocketOptions, Ipv6SocketsCarryIpv6Only) {
  const Fd fd = open_socket(AddressFamily::kIpv6, SOCK_DGRAM);
  if (!fd.valid()) GTEST_SKIP() << "this machine has no IPv6";
  EXPECT_EQ(read_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY), 1);
}

TEST(SocketOptions, SetOptionSaysWhetherItWorked) {
  const Fd fd = open_socket(AddressFamily::kIpv4, SOCK_DGRAM);
  EXPECT_TRUE(set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1));
  EXPECT_EQ(read_option(fd.get(), SOL_SOCKET, SO_REUSEADDR), 1);
  EXPECT_FALSE(set_option(fd.get(), SOL_SOCKET, 99999, 1));
  EXPECT_FALSE(bind_to_device(fd.get(), "no-such-device"));
  EXPECT_FALSE(bind_address(fd.get(), *Endpoint::parse("203.0.113.1:0")));  // not ours
}

}  // namespace
}  // namespace turnpike::net
