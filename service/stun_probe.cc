#include "service/stun_probe.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>

#include "relay/crypto/crypto_rng.h"

namespace turnpike::service {
namespace {

constexpr std::size_t kHeader = 20;  // RFC 8489 section 5

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

std::array<std::uint8_t, kHeader> binding_request() {
  std::array<std::uint8_t, kHeader> request = {0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42};
  crypto::CryptoRng rng;
  rng.fill(MutableBytes(request).subspan(8));
  return request;
}

/// Success or error of Binding with the request's cookie and transaction id.
bool is_answer(Bytes message, Bytes request) {
  if (message.size() < kHeader || message[0] != 0x01 || (message[1] | 0x10) != 0x11) return false;
  return std::equal(request.begin() + 4, request.end(), message.begin() + 4);
}

bool wait_for_answer(int fd, Bytes request, std::chrono::steady_clock::time_point deadline) {
  while (true) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{fd, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return false;
    std::array<std::uint8_t, 1500> buffer{};
    const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (size < 0) return false;
    if (is_answer(Bytes(buffer).first(static_cast<std::size_t>(size)), request)) return true;
  }
}

}  // namespace

bool answers_stun(const std::string& host, std::uint16_t port, milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return false;
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  const Socket socket(::socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (socket.fd() < 0 || ::connect(socket.fd(), found->ai_addr, found->ai_addrlen) != 0) {
    return false;
  }
  const auto request = binding_request();
  if (::send(socket.fd(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return false;
  return wait_for_answer(socket.fd(), request, deadline);
}

}  // namespace turnpike::service
