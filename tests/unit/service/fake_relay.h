// What the service sees of a relay: a UDP port that answers Binding, and an admin socket that
// remembers what it was told.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/server/http_server.h"

namespace turnpike::service {

class StunResponder {
 public:
  StunResponder() : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~StunResponder() {
    stopping_ = true;
    thread_.join();
    ::close(fd_);
  }
  StunResponder(const StunResponder&) = delete;
  StunResponder& operator=(const StunResponder&) = delete;

  std::uint16_t port() const { return port_; }
  std::atomic<bool> silent{false};
  std::atomic<bool> with_wrong_id{false};

 private:
  void serve() {
    while (!stopping_) {
      pollfd waiting{fd_, POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      std::array<std::uint8_t, 1500> buffer{};
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const ssize_t got = ::recvfrom(fd_, buffer.data(), buffer.size(), 0,
                                     reinterpret_cast<sockaddr*>(&from), &size);
      if (got < 20 || silent) continue;
      buffer[0] = 0x01;
      if (with_wrong_id) buffer[19] ^= 1;
      ::sendto(fd_, buffer.data(), 20, 0, reinterpret_cast<const sockaddr*>(&from), size);
    }
  }

  int fd_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

class FakeAdmin {
 public:
  FakeAdmin(const std::string& path, std::string instance) : instance_(std::move(instance)) {
    http::HttpServerSettings settings;
    settings.unix_sockets = {{.path = path}};
    server_ = *http::HttpServer::start(std::move(settings),
                                       [this](const http::Request& r) { return answer(r); });
  }

  std::vector<std::string> told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  std::atomic<bool> draining{false};

 private:
  http::Response answer(const http::Request& request) {
    if (request.path == "/v1/status") {
      return http::Response::json(200, "{\"instance\":\"" + instance_ + "\",\"draining\":" +
                                           (draining ? "true" : "false") + "}");
    }
    if (request.path == "/v1/ended") {
      const std::string rows = request.query.starts_with("after=0&") ? ended_one() : "";
      return http::Response::json(200, "{\"instance\":\"" + instance_ + "\",\"ended\":[" + rows +
                                           "],\"next\":1,\"lost\":0}");
    }
    const std::lock_guard lock(mutex_);
    told_.push_back(std::string(http::method_name(request.method)) + " " + request.body +
                    request.query);
    return http::Response::json(request.method == http::Method::kPost ? 200 : 204, "");
  }

  static std::string ended_one() {
    return R"({"number":1,"id":"1","user":"60:alice","realm":"r","client":"c","transport":"UDP",)"
           R"("relayed":[],"start":1,"end":2,"reason":"deleted","peers":[],"permissions":0,)"
           R"("usage":{"received_packets":1,"received_bytes":2,"sent_packets":3,"sent_bytes":4,)"
           R"("peer_received_packets":5,"peer_received_bytes":6,"peer_sent_packets":7,)"
           R"("peer_sent_bytes":8}})";
  }

  const std::string instance_;
  mutable std::mutex mutex_;
  std::vector<std::string> told_;
  std::unique_ptr<http::HttpServer> server_;
};

}  // namespace turnpike::service
