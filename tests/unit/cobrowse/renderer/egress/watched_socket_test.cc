#include "cobrowse/renderer/egress/watched_socket.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>

#include "tests/unit/cobrowse/renderer/egress/proxy_world.h"

namespace turnpike::egress {
namespace {

class WatchedSocketTest : public testing::Test {
 protected:
  void SetUp() override {
    int fds[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    socket_.open(FileDescriptor(fds[0]));
    other_ = FileDescriptor(fds[1]);
  }
  /// The events of the one socket; nothing when there are none.
  std::uint32_t events() {
    epoll_event event{};
    if (::epoll_wait(epoll_.get(), &event, 1, 0) != 1) return 0;
    const std::uint64_t tag = event.data.u64;  // the struct is packed
    EXPECT_EQ(tag, 7U);
    return event.events;
  }

  FileDescriptor epoll_{::epoll_create1(EPOLL_CLOEXEC)};
  WatchedSocket socket_{epoll_.get(), 7};
  FileDescriptor other_;
};

TEST_F(WatchedSocketTest, TellsWhatIsWanted) {
  EXPECT_EQ(events(), 0U);
  socket_.want(EPOLLOUT);
  EXPECT_EQ(events(), static_cast<std::uint32_t>(EPOLLOUT));
  socket_.want(EPOLLIN);
  EXPECT_EQ(events(), 0U);
  send_some(other_.get(), as_bytes("x"));
  EXPECT_EQ(events(), static_cast<std::uint32_t>(EPOLLIN));
  socket_.want(0);
  EXPECT_EQ(events(), 0U);
}

TEST_F(WatchedSocketTest, LossIsToldUntilItIsNoted) {
  socket_.want(0);
  other_.reset();
  EXPECT_NE(events() & EPOLLHUP, 0U);
  socket_.note_loss();
  socket_.want(0);
  EXPECT_EQ(events(), 0U);
  socket_.want(EPOLLIN);
  EXPECT_NE(events() & EPOLLIN, 0U);
}

TEST_F(WatchedSocketTest, AnotherSocketTakesThePlace) {
  socket_.want(EPOLLOUT);
  int fds[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  socket_.open(FileDescriptor(fds[0]));
  EXPECT_EQ(events(), 0U);  // not watched yet
  socket_.want(EPOLLIN);
  other_ = FileDescriptor(fds[1]);
  send_some(other_.get(), as_bytes("x"));
  EXPECT_EQ(events(), static_cast<std::uint32_t>(EPOLLIN));
  socket_.close();
  EXPECT_FALSE(socket_.is_open());
  EXPECT_EQ(events(), 0U);
}

}  // namespace
}  // namespace turnpike::egress
