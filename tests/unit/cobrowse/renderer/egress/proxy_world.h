// A proxy on loopback with sites that are threads of the test, names that the test makes up, and a
// client that waits at most some seconds for anything.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "cobrowse/renderer/egress/egress_proxy.h"
#include "cobrowse/renderer/egress/sockets.h"

namespace turnpike::egress {

inline IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

/// Listens on an IPv4 loopback address; port 0: any.
inline FileDescriptor listen_on(std::string_view address, std::uint16_t port, int backlog = 64) {
  FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(ip(address).v4_value());
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
  EXPECT_EQ(::listen(fd.get(), backlog), 0);
  return fd;
}

inline std::uint16_t port_of(const FileDescriptor& fd) {
  return local_endpoint(fd.get()).value().port;
}

/// A socket whose calls wait, but not for ever.
class Wire {
 public:
  explicit Wire(FileDescriptor fd) : fd_(std::move(fd)) {
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  static Wire to(std::string_view address, std::uint16_t port) {
    FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(ip(address).v4_value());
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
    return Wire(std::move(fd));
  }

  int fd() const { return fd_.get(); }
  /// False when the other side is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const IoResult sent = send_some(fd(), as_bytes(bytes));
      if (sent.status != IoStatus::kDone) return false;
      bytes.remove_prefix(sent.bytes);
    }
    return true;
  }
  void end() { send_end(fd()); }
  /// Ends with a reset instead of an end.
  void reset() {
    reset_when_closed(fd());
    fd_.reset();
  }
  /// Up to and with `mark`, or everything when the end comes first. What is behind stays.
  std::string read_until(std::string_view mark) {
    while (true) {
      const std::size_t at = held_.find(mark);
      if (at != std::string::npos) return take(at + mark.size());
      if (!receive()) return take(held_.size());
    }
  }
  std::string read_head() { return read_until("\r\n\r\n"); }
  std::string read_bytes(std::size_t count) {
    while (held_.size() < count && receive()) {
    }
    return take(std::min(count, held_.size()));
  }
  std::string read_all() {
    while (receive()) {
    }
    return take(held_.size());
  }
  /// What came instead of bytes the last time.
  IoStatus last() const { return last_; }

 private:
  bool receive() {
    char buffer[65536];
    const IoResult got =
        receive_some(fd(), {reinterpret_cast<std::uint8_t*>(buffer), sizeof buffer});
    last_ = got.status;
    held_.append(buffer, got.bytes);
    return got.status == IoStatus::kDone;
  }
  std::string take(std::size_t count) {
    std::string out = held_.substr(0, count);
    held_.erase(0, count);
    return out;
  }

  FileDescriptor fd_;
  std::string held_;
  IoStatus last_ = IoStatus::kDone;
};

/// A site: each of its connections is served by `serve` on a thread.
class Site {
 public:
  explicit Site(std::function<void(Wire)> serve, std::string_view address = "127.0.0.1",
                std::uint16_t port = 0)
      : listener_(listen_on(address, port)), serve_(std::move(serve)) {
    thread_ = std::thread([this] { accept(); });
  }
  ~Site() {
    stopping_ = true;
    thread_.join();
    for (std::thread& one : serving_) one.join();
  }
  std::uint16_t port() const { return port_of(listener_); }
  int connections() const { return connections_; }

 private:
  void accept() {
    while (!stopping_) {
      pollfd ready{.fd = listener_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&ready, 1, 10) != 1) continue;
      FileDescriptor fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd.is_open()) continue;
      ++connections_;
      serving_.emplace_back(
          [this, one = std::make_shared<Wire>(Wire(std::move(fd)))] { serve_(std::move(*one)); });
    }
  }

  FileDescriptor listener_;
  std::function<void(Wire)> serve_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  std::vector<std::thread> serving_;
  std::thread thread_;
};

/// Answers each request with `answer`, or with what was asked when that is empty.
inline std::function<void(Wire)> answering(std::string answer) {
  return [answer = std::move(answer)](Wire wire) {
    const std::string head = wire.read_head();
    const std::string text = answer.empty() ? "HTTP/1.1 200 OK\r\n\r\n" + head : answer;
    if (!head.empty()) wire.send(text);
    wire.end();
    wire.read_all();
  };
}

inline void echo(Wire wire) {
  while (true) {
    const std::string bytes = wire.read_bytes(1);
    if (bytes.empty()) break;
    wire.send(bytes);
  }
  wire.end();
}

/// The names of the world and what was asked and refused.
class World {
 public:
  /// A site's name and its addresses: those of the first look-up, of the second, ...; the last ones
  /// stay.
  void name(const std::string& host, std::vector<std::vector<std::string_view>> answers) {
    const std::lock_guard lock(mutex_);
    for (const auto& answer : answers) {
      auto& addresses = names_[host].emplace_back();
      for (const std::string_view text : answer) addresses.push_back(ip(text));
    }
  }
  int lookups(const std::string& host) {
    const std::lock_guard lock(mutex_);
    return asked_[host];
  }
  int lookups() {
    const std::lock_guard lock(mutex_);
    int sum = 0;
    for (const auto& one : asked_) sum += one.second;
    return sum;
  }
  /// "host:port reason", in the order in which they were told.
  std::vector<std::string> refused() {
    const std::lock_guard lock(mutex_);
    return refused_;
  }

  /// Settings that may be changed before start().
  EgressSettings settings{.policy = {.allow_internal = {"*.site.test"}},
                          .resolver = [this](const std::string& host) { return resolve(host); },
                          .on_refused = [this](std::string_view host, std::uint16_t port,
                                               Reason reason) { note(host, port, reason); }};
  void allow_port(std::uint16_t port) { settings.policy.allowed_ports.push_back(port); }

  void start() {
    FileDescriptor listener = listen_on("127.0.0.1", 0);
    port_ = port_of(listener);
    const int fd = ::dup(listener.get());
    auto started = EgressProxy::start(fd, settings);
    ASSERT_TRUE(started.has_value()) << started.error();
    proxy_ = std::move(*started);
  }
  void stop() { proxy_.reset(); }
  EgressProxy& proxy() { return *proxy_; }
  std::uint16_t port() const { return port_; }
  Wire client() { return Wire::to("127.0.0.1", port_); }
  /// The whole answer to one request.
  std::string ask(std::string_view request) {
    Wire wire = client();
    wire.send(request);
    return wire.read_all();
  }
  std::string get(std::string_view url) {
    return ask("GET " + std::string(url) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  std::string connect(std::string_view target) {
    return ask("CONNECT " + std::string(target) + " HTTP/1.1\r\n\r\n");
  }

 private:
  std::vector<IpAddress> resolve(const std::string& host) {
    const std::lock_guard lock(mutex_);
    const auto time = static_cast<std::size_t>(asked_[host]++);
    const auto found = names_.find(host);
    if (found == names_.end()) return {};
    return found->second[std::min(time, found->second.size() - 1)];
  }
  void note(std::string_view host, std::uint16_t port, Reason reason) {
    const std::lock_guard lock(mutex_);
    refused_.push_back(std::string(host) + ":" + std::to_string(port) + " " +
                       std::string(reason_name(reason)));
  }

  std::mutex mutex_;
  std::map<std::string, std::vector<std::vector<IpAddress>>> names_;
  std::map<std::string, int> asked_;
  std::vector<std::string> refused_;
  std::uint16_t port_ = 0;
  std::unique_ptr<EgressProxy> proxy_;
};

}  // namespace turnpike::egress
