// Files of documents: made anew, never through links, for this user alone; and what is kept about
// one beside them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace turnpike::documents {

class OwnedFd {
 public:
  explicit OwnedFd(int fd) : fd_(fd) {}
  ~OwnedFd();
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;
  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// -1: it is there already, or cannot be made.
int create_file(const std::string& path);
int open_file(const std::string& path);
bool write_whole(int fd, Bytes content);
/// Nothing for more than `most` bytes, or where it cannot be read.
std::optional<std::string> read_whole(const std::string& path, std::uint64_t most);
std::uint64_t size_of(int fd);

struct DocumentNote {
  unsigned pages = 0;
  bool is_pdf = false;
  std::string name{};
};
std::string to_text(const DocumentNote& note);
std::optional<DocumentNote> parse_note(std::string_view text);

}  // namespace turnpike::documents
