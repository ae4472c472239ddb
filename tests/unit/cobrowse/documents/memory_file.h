// A file in memory, as tests hand them to boxes.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace turnpike::documents {

class MemoryFile {
 public:
  explicit MemoryFile(std::string_view text = {}) : fd_(::memfd_create("test", MFD_CLOEXEC)) {
    EXPECT_EQ(::write(fd_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  ~MemoryFile() { ::close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  int fd() const { return fd_; }
  /// At most a megabyte.
  std::string text() const {
    std::string all(1 << 20, '\0');
    const ssize_t got = ::pread(fd_, all.data(), all.size(), 0);
    all.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return all;
  }

 private:
  int fd_;
};

}  // namespace turnpike::documents
