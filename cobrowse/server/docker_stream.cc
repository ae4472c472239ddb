#include "cobrowse/server/docker_stream.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace turnpike::cobrowse {
namespace {

constexpr std::size_t kMaxHead = 16384;

std::string problem(std::string_view what) {
  const bool late = errno == EAGAIN || errno == EWOULDBLOCK;
  return fmt::format("{}: {}", what, late ? "no answer in time" : std::strerror(errno));
}

bool send_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// The answer's head; what the daemon says behind it is the container's, and we ask for none.
Result<std::string, std::string> read_head(int fd) {
  std::string head;
  std::array<char, 1024> chunk{};
  while (head.find("\r\n\r\n") == std::string::npos) {
    const ssize_t got = ::recv(fd, chunk.data(), chunk.size(), 0);
    if (got < 0) return fail(problem("attach"));
    if (got == 0 || head.size() > kMaxHead) return fail(std::string("attach: no whole answer"));
    head.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return head;
}

int connect_to(const std::string& path, milliseconds deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  path.copy(address.sun_path, path.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  timeval wait{};
  wait.tv_sec = deadline.count() / 1000;
  wait.tv_usec = (deadline.count() % 1000) * 1000;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

}  // namespace

Result<DockerStream, std::string> DockerStream::attach(const std::string& socket,
                                                       const std::string& target,
                                                       milliseconds deadline) {
  const int fd = connect_to(socket, deadline);
  if (fd < 0) return fail(problem(fmt::format("cannot connect to \"{}\"", socket)));
  DockerStream stream(fd);
  const std::string request = fmt::format(
      "POST {} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
      "Content-Length: 0\r\n\r\n",
      target);
  if (!send_all(fd, request)) return fail(problem("attach"));
  const auto head = read_head(fd);
  if (!head) return fail(head.error());
  // 200 from daemons that do not mind Upgrade.
  if (head->starts_with("HTTP/1.1 101") || head->starts_with("HTTP/1.1 200")) return stream;
  return fail(fmt::format("attach: {}", head->substr(0, head->find("\r\n"))));
}

DockerStream::DockerStream(DockerStream&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DockerStream::~DockerStream() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void, std::string> DockerStream::write_all(std::string_view text) {
  if (!send_all(fd_, text) || ::shutdown(fd_, SHUT_WR) != 0) return fail(problem("attach"));
  // Docker closes now; podman only when the container ends, and has it all then as well.
  const timeval linger{.tv_sec = 0, .tv_usec = 500'000};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &linger, sizeof linger);
  std::array<char, 256> rest{};
  ssize_t got = 0;
  while ((got = ::recv(fd_, rest.data(), rest.size(), 0)) > 0) {
  }
  const bool is_open = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (got < 0 && !is_open) return fail(problem("the container's input"));
  return {};
}

}  // namespace turnpike::cobrowse
