// A listener on loopback that nothing in a box may reach.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace turnpike::documents {

class Canary {
 public:
  Canary() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, generic, size), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    EXPECT_EQ(::getsockname(listener_, generic, &size), 0);
    port_ = std::to_string(ntohs(address.sin_port));
  }
  ~Canary() { ::close(listener_); }
  Canary(const Canary&) = delete;
  Canary& operator=(const Canary&) = delete;

  const std::string& port() const { return port_; }
  bool was_reached() const { return ::accept(listener_, nullptr, nullptr) >= 0; }

 private:
  const int listener_;
  std::string port_;
};

}  // namespace turnpike::documents
