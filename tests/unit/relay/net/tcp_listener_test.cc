#include "relay/net/tcp_listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>

#include "relay/net/socket_address.h"
#include "tests/unit/relay/net/loopback.h"

namespace turnpike::net {
namespace {

using testing::loopback;
using testing::wait_for;

Fd connect_to(const Endpoint& to) {
  Fd fd = open_socket(to.ip.family(), SOCK_STREAM);
  SocketAddress address;
  const socklen_t length = to_sockaddr(to, address);
  if (::connect(fd.get(), &address.generic, length) != 0 && errno != EINPROGRESS) fd.reset();
  return fd;
}

int read_option(int fd, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  return ::getsockopt(fd, level, name, &value, &length) == 0 ? value : -1;
}

class TcpListener : public ::testing::TestWithParam<AddressFamily> {
 protected:
  void SetUp() override {
    if (!testing::has_loopback(GetParam())) GTEST_SKIP() << "this machine has no such loopback";
    auto listener = open_tcp_listener({loopback(GetParam()), 0}, {});
    ASSERT_TRUE(listener) << listener.error().to_string();
    listener_ = std::move(*listener);
    endpoint_ = local_endpoint(listener_.get());
  }
  Fd listener_;
  Endpoint endpoint_;
};

TEST_P(TcpListener, AcceptsWithBothAddressesAndOptions) {
  int error = -1;
  EXPECT_FALSE(accept_stream(listener_.get(), error));
  EXPECT_EQ(error, 0);

  const Fd client = connect_to(endpoint_);
  ASSERT_TRUE(wait_for(listener_.get(), POLLIN));
  const auto accepted = accept_stream(listener_.get(), error);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->peer, local_endpoint(client.get()));
  EXPECT_EQ(accepted->local, endpoint_);
  const int fd = accepted->fd.get();
  EXPECT_EQ(read_option(fd, IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(read_option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT), 128 * 1024);
  EXPECT_EQ(read_option(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
}

TEST_P(TcpListener, APortInUseIsAnErrorThatNamesIt) {
  const auto second = open_tcp_listener(endpoint_, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().to_string(),
            "cannot bind TCP " + endpoint_.to_string() + ": Address already in use (EADDRINUSE)");
}

TEST_P(TcpListener, ReusePortShares) {
  const auto first = open_tcp_listener({loopback(GetParam()), 0}, {.reuse_port = true});
  ASSERT_TRUE(first);
  EXPECT_TRUE(open_tcp_listener(local_endpoint(first->get()), {.reuse_port = true}));
}

INSTANTIATE_TEST_SUITE_P(Families, TcpListener,
                         ::testing::Values(AddressFamily::kIpv4, AddressFamily::kIpv6));

TEST(TcpListenerErrors, AnUnknownDeviceIsNamed) {
  const auto fd = open_tcp_listener(*Endpoint::parse("127.0.0.1:0"), {.device = "nodev7"});
  ASSERT_FALSE(fd);
  EXPECT_NE(fd.error().operation.find("nodev7"), std::string::npos);
}

TEST(AcceptStream, ABrokenListenerIsReported) {
  int error = 0;
  EXPECT_FALSE(accept_stream(-1, error));
  EXPECT_EQ(error, EBADF);
}

/// Lowers the descriptor limit of this process to what is open now, for as long as it lives.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const Fd probe(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    rlimit tight = before_;
    tight.rlim_cur = static_cast<rlim_t>(probe.get());
    ::setrlimit(RLIMIT_NOFILE, &tight);
  }
  ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoMoreDescriptors(const NoMoreDescriptors&) = delete;
  NoMoreDescriptors& operator=(const NoMoreDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST(AcceptStream, RunningOutOfDescriptorsIsReportedAndTheClientWaits) {
  const auto listener = open_tcp_listener(*Endpoint::parse("127.0.0.1:0"), {});
  ASSERT_TRUE(listener);
  const Fd client = connect_to(local_endpoint(listener->get()));
  ASSERT_TRUE(wait_for(listener->get(), POLLIN));
  int error = 0;
  {
    const NoMoreDescriptors limit;
    EXPECT_FALSE(accept_stream(listener->get(), error));
  }
  EXPECT_EQ(error, EMFILE);
  EXPECT_TRUE(accept_stream(listener->get(), error));
}

}  // namespace
}  // namespace turnpike::net
