#include "cobrowse/renderer/egress/pipe.h"

#include <gtest/gtest.h>

#include "tests/unit/cobrowse/renderer/egress/proxy_world.h"

namespace turnpike::egress {
namespace {

TEST(Pipe, RoomShrinksAndDoesNotRunOver) {
  Pipe pipe;
  EXPECT_TRUE(pipe.empty());
  EXPECT_EQ(pipe.room(), kPipeBytes);
  pipe.put(std::string(100, 'x'));
  EXPECT_EQ(pipe.room(), kPipeBytes - 100);
  pipe.put(std::string(kPipeBytes, 'x'));
  EXPECT_EQ(pipe.room(), 0U);
  EXPECT_EQ(pipe.size(), kPipeBytes + 100);
  pipe.clear();
  EXPECT_TRUE(pipe.empty());
}

TEST(Pipe, SendsWhatTheSocketTakesAndKeepsTheRestInOrder) {
  int fds[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  ASSERT_TRUE(set_up(fds[0]));
  const FileDescriptor socket(fds[0]);
  Wire other{FileDescriptor(fds[1])};
  std::string sent;
  for (int i = 0; i < 200000; ++i) sent += std::to_string(i);
  Pipe pipe;
  pipe.put(sent);
  bool moved = false;
  EXPECT_EQ(pipe.drain(socket.get(), moved), IoStatus::kAgain);
  EXPECT_TRUE(moved);
  const std::size_t left = pipe.size();
  EXPECT_GT(left, 0U);
  moved = false;
  EXPECT_EQ(pipe.drain(socket.get(), moved), IoStatus::kAgain);
  EXPECT_FALSE(moved);
  pipe.put("end");
  std::string got;
  while (got.size() < sent.size() + 3) {
    got += other.read_bytes(1);
    got += other.read_bytes(std::min<std::size_t>(1000, sent.size() + 3 - got.size()));
    static_cast<void>(pipe.drain(socket.get(), moved));
  }
  EXPECT_TRUE(got == sent + "end");
  EXPECT_TRUE(pipe.empty());
}

TEST(Pipe, NothingToSendIsDoneAndALostSocketAnError) {
  int fds[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  const FileDescriptor socket(fds[0]);
  FileDescriptor(fds[1]).reset();
  Pipe pipe;
  bool moved = false;
  EXPECT_EQ(pipe.drain(socket.get(), moved), IoStatus::kDone);
  pipe.put("x");
  EXPECT_EQ(pipe.drain(socket.get(), moved), IoStatus::kError);
  EXPECT_FALSE(moved);
}

}  // namespace
}  // namespace turnpike::egress
