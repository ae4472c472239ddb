#include "relay/net/fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace turnpike::net {
namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) != -1;
}
int some_descriptor() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

TEST(Fd, ClosesWhenItDies) {
  const int raw = some_descriptor();
  {
    const Fd fd(raw);
    EXPECT_TRUE(fd.valid());
    EXPECT_EQ(fd.get(), raw);
    EXPECT_TRUE(is_open(raw));
  }
  EXPECT_FALSE(is_open(raw));
}

TEST(Fd, MovingPassesOwnershipOn) {
  const int raw = some_descriptor();
  Fd first(raw);
  Fd second(std::move(first));
  EXPECT_FALSE(first.valid());
  EXPECT_EQ(second.get(), raw);

  const int other = some_descriptor();
  Fd third(other);
  third = std::move(second);
  EXPECT_FALSE(is_open(other));
  EXPECT_TRUE(is_open(raw));
  EXPECT_EQ(third.get(), raw);
}

TEST(Fd, ReleaseKeepsItOpenAndResetCloses) {
  Fd fd(some_descriptor());
  const int raw = fd.release();
  EXPECT_FALSE(fd.valid());
  EXPECT_TRUE(is_open(raw));
  fd = Fd(raw);
  fd.reset();
  EXPECT_FALSE(fd.valid());
  EXPECT_EQ(fd.get(), -1);
  EXPECT_FALSE(is_open(raw));
}

}  // namespace
}  // namespace turnpike::net
