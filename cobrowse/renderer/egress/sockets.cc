#include "cobrowse/renderer/egress/sockets.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace turnpike::egress {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

Address to_sockaddr(const Endpoint& endpoint) {
  Address out;
  if (endpoint.ip.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, endpoint.ip.bytes().data(), 4);
    std::memcpy(&out.storage, &v4, sizeof v4);
    out.length = sizeof v4;
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    std::memcpy(&v6.sin6_addr, endpoint.ip.bytes().data(), 16);
    std::memcpy(&out.storage, &v6, sizeof v6);
    out.length = sizeof v6;
  }
  return out;
}

std::optional<Endpoint> from_sockaddr(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    return Endpoint{IpAddress::v4(ntohl(v4.sin_addr.s_addr)), ntohs(v4.sin_port)};
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return Endpoint{IpAddress::v6(bytes), ntohs(v6.sin6_port)};
  }
  return std::nullopt;
}

/// Small writes of one side are not to wait for each other. Means nothing to Unix sockets.
void send_at_once(int fd) {
  const int on = 1;
  static_cast<void>(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
}

IoResult result_of(ssize_t count) {
  if (count > 0) return {.status = IoStatus::kDone, .bytes = static_cast<std::size_t>(count)};
  if (count == 0) return {.status = IoStatus::kEnd, .bytes = 0};
  const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {.status = later ? IoStatus::kAgain : IoStatus::kError, .bytes = 0};
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void FileDescriptor::reset() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

IoResult receive_some(int fd, MutableBytes into) {
  return result_of(::recv(fd, into.data(), into.size(), 0));
}

IoResult send_some(int fd, Bytes from) {
  return result_of(::send(fd, from.data(), from.size(), MSG_NOSIGNAL));
}

Result<FileDescriptor, int> start_connect(const Endpoint& to) {
  const int family = to.ip.is_v4() ? AF_INET : AF_INET6;
  FileDescriptor fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!fd.is_open()) return fail(int{errno});
  send_at_once(fd.get());
  const Address address = to_sockaddr(to);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address.storage);
  if (::connect(fd.get(), generic, address.length) != 0 && errno != EINPROGRESS) {
    return fail(int{errno});
  }
  return fd;
}

int pending_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

std::optional<Endpoint> local_endpoint(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto* generic = reinterpret_cast<sockaddr*>(&storage);
  if (::getsockname(fd, generic, &length) != 0) return std::nullopt;
  return from_sockaddr(generic);
}

std::vector<IpAddress> interface_addresses() {
  std::vector<IpAddress> addresses;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return addresses;
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    if (const auto endpoint = from_sockaddr(one->ifa_addr)) addresses.push_back(endpoint->ip);
  }
  ::freeifaddrs(list);
  return addresses;
}

bool is_listening(int fd) {
  int on = 0;
  socklen_t length = sizeof on;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &length) == 0 && on != 0;
}

bool set_up(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
         ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

Result<FileDescriptor, int> accept_next(int listen_fd) {
  const int fd = ::accept4(listen_fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return fail(int{errno});
  send_at_once(fd);
  return FileDescriptor(fd);
}

void send_end(int fd) {
  static_cast<void>(::shutdown(fd, SHUT_WR));
}

void reset_when_closed(int fd) {
  const linger hard{.l_onoff = 1, .l_linger = 0};
  static_cast<void>(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard));
}

}  // namespace turnpike::egress
