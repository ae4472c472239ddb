#include "cobrowse/renderer/egress/sockets.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/unit/cobrowse/renderer/egress/proxy_world.h"

namespace turnpike::egress {
namespace {

/// 0 when the connection came about, else the errno.
int connect_error(const Endpoint& to) {
  const auto fd = start_connect(to);
  if (!fd) return fd.error();
  pollfd ready{.fd = fd->get(), .events = POLLOUT, .revents = 0};
  EXPECT_EQ(::poll(&ready, 1, 5000), 1);
  return pending_error(fd->get());
}

TEST(Sockets, DescriptorsAreClosedOnce) {
  int number = -1;
  {
    FileDescriptor first(::socket(AF_INET, SOCK_STREAM, 0));
    number = first.get();
    FileDescriptor second(std::move(first));
    EXPECT_EQ(second.get(), number);
    FileDescriptor third(::socket(AF_INET, SOCK_STREAM, 0));
    const int replaced = third.get();
    third = std::move(second);
    EXPECT_EQ(::fcntl(replaced, F_GETFD), -1);
    EXPECT_NE(::fcntl(number, F_GETFD), -1);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
  EXPECT_FALSE(FileDescriptor().is_open());
}

TEST(Sockets, ConnectionsComeAboutOrSayWhyNot) {
  FileDescriptor listener = listen_on("127.0.0.1", 0);
  const Endpoint to{ip("127.0.0.1"), port_of(listener)};
  EXPECT_EQ(connect_error(to), 0);
  EXPECT_EQ(accept_next(listener.get()).has_value(), true);
  listener.reset();
  EXPECT_EQ(connect_error(to), ECONNREFUSED);
}

TEST(Sockets, NothingWaits) {
  FileDescriptor listener = listen_on("127.0.0.1", 0);
  ASSERT_TRUE(set_up(listener.get()));
  EXPECT_EQ(accept_next(listener.get()).error(), EAGAIN);
  Wire peer = Wire::to("127.0.0.1", port_of(listener));
  const auto accepted = accept_next(listener.get());
  ASSERT_TRUE(accepted.has_value());
  std::uint8_t byte = 0;
  EXPECT_EQ(receive_some(accepted->get(), {&byte, 1}).status, IoStatus::kAgain);
  peer.end();
  pollfd ready{.fd = accepted->get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&ready, 1, 5000), 1);
  EXPECT_EQ(receive_some(accepted->get(), {&byte, 1}).status, IoStatus::kEnd);
}

TEST(Sockets, AResetIsAnError) {
  FileDescriptor listener = listen_on("127.0.0.1", 0);
  Wire peer = Wire::to("127.0.0.1", port_of(listener));
  auto accepted = accept_next(listener.get());
  ASSERT_TRUE(accepted.has_value());
  peer.reset();
  std::uint8_t byte = 0;
  EXPECT_EQ(receive_some(accepted->get(), {&byte, 1}).status, IoStatus::kError);
  // And no signal ends the program.
  EXPECT_EQ(send_some(accepted->get(), as_bytes("x")).status, IoStatus::kError);
}

TEST(Sockets, OnlyListenersListen) {
  const FileDescriptor listener = listen_on("127.0.0.1", 0);
  EXPECT_TRUE(is_listening(listener.get()));
  EXPECT_FALSE(is_listening(FileDescriptor(::socket(AF_INET, SOCK_STREAM, 0)).get()));
  EXPECT_FALSE(is_listening(-1));
  EXPECT_FALSE(set_up(-1));
}

TEST(Sockets, LocalAddresses) {
  const FileDescriptor listener = listen_on("127.0.0.9", 0);
  EXPECT_EQ(local_endpoint(listener.get())->ip, ip("127.0.0.9"));
  EXPECT_EQ(local_endpoint(FileDescriptor(::socket(AF_UNIX, SOCK_STREAM, 0)).get()), std::nullopt);
  EXPECT_THAT(interface_addresses(), testing::Contains(ip("127.0.0.1")));
}

}  // namespace
}  // namespace turnpike::egress
