#include "relay/server/ops/pid_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace turnpike::server {
namespace {

std::string pid_line() {
  return fmt::format("{}\n", ::getpid());
}

/// A file of our own beside `path`, moved over it: nobody reads half an id, and a symbolic link
/// that somebody put there is replaced, not followed.
Result<net::Fd, std::string> replace_file(const std::string& path) {
  const std::string temporary = fmt::format("{}.{}.new", path, ::getpid());
  const auto failed = [&](int error) {
    ::unlink(temporary.c_str());
    return fail(fmt::format("{}: {}", path, std::strerror(error)));
  };
  const auto open_new = [&] {
    return ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
  };
  net::Fd fd(open_new());
  if (!fd.valid() && errno == EEXIST) {  // an earlier process with our id died here
    ::unlink(temporary.c_str());
    fd = net::Fd(open_new());
  }
  if (!fd.valid()) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
  const std::string line = pid_line();
  if (::write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    return failed(errno);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failed(errno);
  return fd;
}

bool holds_our_id(const std::string& path) {
  const net::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  std::array<char, 32> text{};
  const ssize_t size = fd.valid() ? ::read(fd.get(), text.data(), text.size()) : -1;
  return size > 0 && std::string_view(text.data(), static_cast<std::size_t>(size)) == pid_line();
}

}  // namespace

Result<PidFile, std::string> PidFile::write(const PidFileSettings& settings) {
  std::vector<std::string> places{settings.path};
  if (!settings.set_by_user) {
    const std::string name = settings.path.substr(settings.path.rfind('/') + 1);
    for (const std::string& dir : settings.fallback_dirs) places.push_back(dir + "/" + name);
  }
  std::string tried;
  for (const std::string& place : places) {
    auto fd = replace_file(place);
    if (fd) return PidFile(place, std::move(*fd));
    if (!tried.empty()) tried += ", ";
    tried += fd.error();
  }
  return fail(
      fmt::format("cannot write the pid file ({}); set pidfile to a place that can be "
                  "written",
                  tried));
}

PidFile::~PidFile() {
  remove();
}

void PidFile::remove() {
  if (!fd_.valid()) return;
  if (holds_our_id(path_) && ::unlink(path_.c_str()) != 0) {
    // When even this fails the id stays, and the next start replaces it.
    [[maybe_unused]] const int emptied = ::ftruncate(fd_.get(), 0);
  }
  fd_.reset();
}

}  // namespace turnpike::server
