#include "relay/net/udp_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cerrno>

#include "tests/unit/relay/net/loopback.h"

namespace turnpike::net {
namespace {

using testing::bound_udp;
using ::testing::HasSubstr;
using testing::loopback;
using testing::wait_for;

int read_option(int fd, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  return ::getsockopt(fd, level, name, &value, &length) == 0 ? value : -1;
}

class UdpSocket : public ::testing::TestWithParam<AddressFamily> {
 protected:
  void SetUp() override {
    if (!testing::has_loopback(GetParam())) GTEST_SKIP() << "this machine has no such loopback";
  }
  UdpSocketOptions on_loopback() const { return {.bind = {loopback(GetParam()), 0}}; }
};

TEST_P(UdpSocket, TakesAFreePortAndNamesIt) {
  const auto fd = open_udp_socket(on_loopback());
  ASSERT_TRUE(fd) << fd.error().to_string();
  const Endpoint endpoint = local_endpoint(fd->get());
  EXPECT_EQ(endpoint.ip, loopback(GetParam()));
  EXPECT_NE(endpoint.port, 0);
}

TEST_P(UdpSocket, APortInUseIsAnErrorThatNamesIt) {
  const auto first = bound_udp(GetParam());
  const auto second = open_udp_socket({.bind = first.endpoint});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().error_number, EADDRINUSE);
  EXPECT_EQ(second.error().to_string(), "cannot bind UDP " + first.endpoint.to_string() +
                                            ": Address already in use (EADDRINUSE)");
}

TEST_P(UdpSocket, ReusePortShares) {
  UdpSocketOptions options = on_loopback();
  options.reuse_port = true;
  const auto first = bound_udp(options);
  options.bind = first.endpoint;
  EXPECT_TRUE(open_udp_socket(options));
}

TEST_P(UdpSocket, FragmentationFollowsTheOptionAndTheSwitch) {
  const bool v4 = GetParam() == AddressFamily::kIpv4;
  const int level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
  const int name = v4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER;
  const auto fd = open_udp_socket(on_loopback());
  ASSERT_TRUE(fd);
  EXPECT_EQ(read_option(fd->get(), level, name), IP_PMTUDISC_DONT);
  EXPECT_TRUE(set_dont_fragment(fd->get(), GetParam(), true));
  EXPECT_EQ(read_option(fd->get(), level, name), IP_PMTUDISC_PROBE);
  EXPECT_TRUE(set_dont_fragment(fd->get(), GetParam(), false));
  EXPECT_EQ(read_option(fd->get(), level, name), IP_PMTUDISC_DONT);

  UdpSocketOptions whole = on_loopback();
  whole.fragment = false;
  const auto other = open_udp_socket(whole);
  ASSERT_TRUE(other);
  EXPECT_EQ(read_option(other->get(), level, name), IP_PMTUDISC_PROBE);
}

INSTANTIATE_TEST_SUITE_P(Families, UdpSocket,
                         ::testing::Values(AddressFamily::kIpv4, AddressFamily::kIpv6));

TEST(UdpSocketOptions, BufferSizesReachTheKernel) {
  const auto socket = bound_udp({.receive_buffer = 65536, .send_buffer = 32768});
  EXPECT_GE(read_option(socket.fd.get(), SOL_SOCKET, SO_RCVBUF), 65536);
  EXPECT_LE(read_option(socket.fd.get(), SOL_SOCKET, SO_RCVBUF), 4 * 65536);
  EXPECT_GE(read_option(socket.fd.get(), SOL_SOCKET, SO_SNDBUF), 32768);
  EXPECT_LE(read_option(socket.fd.get(), SOL_SOCKET, SO_SNDBUF), 4 * 32768);
}

TEST(UdpSocketOptions, AnUnknownDeviceIsNamed) {
  const auto fd = open_udp_socket({.bind = *Endpoint::parse("127.0.0.1:0"), .device = "nodev7"});
  ASSERT_FALSE(fd);
  EXPECT_THAT(fd.error().to_string(), HasSubstr("cannot bind to a device UDP 127.0.0.1:0"));
  EXPECT_THAT(fd.error().to_string(), HasSubstr("on device nodev7"));
}

TEST(UdpSocketOptions, BindsToADevice) {
  const auto fd = open_udp_socket({.bind = *Endpoint::parse("127.0.0.1:0"), .device = "lo"});
  if (!fd && fd.error().error_number == EPERM) GTEST_SKIP() << fd.error().to_string();
  ASSERT_TRUE(fd) << fd.error().to_string();
  char name[16] = {};
  socklen_t length = sizeof name;
  ASSERT_EQ(::getsockopt(fd->get(), SOL_SOCKET, SO_BINDTODEVICE, name, &length), 0);
  EXPECT_STREQ(name, "lo");
}

TEST(LocalEndpoint, IsEmptyForWhatIsNoSocket) {
  EXPECT_EQ(local_endpoint(-1), Endpoint{});
}

TEST(DroppedDatagrams, CountsWhatDidNotFit) {
  const auto receiver = bound_udp({.receive_buffer = 4096});
  const auto sender = bound_udp(AddressFamily::kIpv4);
  EXPECT_EQ(dropped_datagrams(receiver.fd.get()), 0U);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(receiver.endpoint.port);
  const auto payload = testing::pattern(1000, 1);
  for (int i = 0; i < 100; ++i) {
    ::sendto(sender.fd.get(), payload.data(), payload.size(), 0, reinterpret_cast<sockaddr*>(&to),
             sizeof to);
  }
  EXPECT_TRUE(wait_for(receiver.fd.get(), POLLIN));
  EXPECT_GT(dropped_datagrams(receiver.fd.get()), 0U);
  EXPECT_LT(dropped_datagrams(receiver.fd.get()), 100U);
  EXPECT_EQ(dropped_datagrams(-1), 0U);
}

}  // namespace
}  // namespace turnpike::net
