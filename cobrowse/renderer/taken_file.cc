#include "cobrowse/renderer/taken_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace turnpike::renderer {
namespace {

using Failed = std::string;

/// What is there by now: it may grow or shrink meanwhile.
Result<std::string, std::string> read_from(int fd, std::size_t most) {
  struct stat about {};
  const bool is_plain = ::fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_nlink == 1;
  if (!is_plain) return fail(Failed("it is no plain file"));
  if (about.st_size < 0 || static_cast<std::size_t>(about.st_size) > most) {
    return fail(Failed("it is too big"));
  }
  std::string content(static_cast<std::size_t>(about.st_size), '\0');
  std::size_t at = 0;
  while (at < content.size()) {
    const ssize_t got = ::read(fd, content.data() + at, content.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Failed("it cannot be read"));
    if (got == 0) break;
    at += static_cast<std::size_t>(got);
  }
  content.resize(at);
  return content;
}

}  // namespace

Result<std::string, std::string> take_file(const std::string& path, std::size_t most) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  auto content = fd < 0 ? Result<std::string, std::string>(fail(Failed("it cannot be read")))
                        : read_from(fd, most);
  if (fd >= 0) ::close(fd);
  ::unlink(path.c_str());
  return content;
}

}  // namespace turnpike::renderer
