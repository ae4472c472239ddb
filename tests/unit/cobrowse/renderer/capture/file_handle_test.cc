#include "cobrowse/renderer/capture/file_handle.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace turnpike::capture {
namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

TEST(FileHandle, ClosesWhatItOwns) {
  int fd = -1;
  {
    const FileHandle file(::open("/dev/null", O_RDONLY));
    fd = file.fd();
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(FileHandle, MovesAndReleases) {
  FileHandle first(::open("/dev/null", O_RDONLY));
  const int fd = first.fd();
  FileHandle second(std::move(first));
  EXPECT_FALSE(first.is_open());
  FileHandle third;
  third = std::move(second);
  EXPECT_EQ(third.fd(), fd);
  EXPECT_EQ(third.release(), fd);
  EXPECT_FALSE(third.is_open());
  EXPECT_TRUE(is_open(fd));
  ::close(fd);
}

TEST(FileHandle, SaysWhatAnErrorIs) {
  EXPECT_STREQ(error_text(ENOENT), "No such file or directory");
  EXPECT_STREQ(error_text(99999), "unknown error");
}

}  // namespace
}  // namespace turnpike::capture
