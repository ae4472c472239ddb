// A Docker daemon as far as its socket: HTTP/1.1 requests, kept for the test to look at, answers
// from a function, and connections that are given over to a container's input.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace turnpike::cobrowse {

struct SeenRequest {
  std::string line{};  // "GET /version"
  std::string head{};
  std::string body{};
};

struct FakeAnswer {
  unsigned status = 200;
  std::string body = "{}";
  bool hijacks = false;    // takes the rest of the connection as input
  bool is_silent = false;  // never answers
};

class FakeDaemon {
 public:
  using Answers = std::function<FakeAnswer(const SeenRequest&)>;

  explicit FakeDaemon(Answers answers) : answers_(std::move(answers)) {
    std::string name = (std::filesystem::temp_directory_path() / "turnpike_daemon_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
    if (::listen(fd_, 16) != 0) std::abort();
    thread_ = std::thread([this] { accept_all(); });
  }
  ~FakeDaemon() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    for (const int fd : connections_) ::shutdown(fd, SHUT_RDWR);
    for (std::thread& one : threads_) one.join();
    for (const int fd : connections_) ::close(fd);
    ::close(fd_);
    std::filesystem::remove_all(folder_);
  }
  FakeDaemon(const FakeDaemon&) = delete;
  FakeDaemon& operator=(const FakeDaemon&) = delete;

  std::string path() const { return (folder_ / "docker.sock").string(); }
  std::vector<SeenRequest> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  /// "GET /version" and so on, in order.
  std::vector<std::string> lines() {
    std::vector<std::string> lines;
    for (const SeenRequest& one : seen()) lines.push_back(one.line);
    return lines;
  }
  std::string input() {
    const std::lock_guard lock(mutex_);
    return input_;
  }

 private:
  void accept_all() {
    while (true) {
      const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      connections_.push_back(fd);
      threads_.emplace_back([this, fd] { serve(fd); });
    }
  }

  static bool read_more(int fd, std::string& text) {
    std::array<char, 4096> chunk{};
    const ssize_t got = ::recv(fd, chunk.data(), chunk.size(), 0);
    if (got > 0) text.append(chunk.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  void serve(int fd) {
    std::string text;
    std::size_t end = 0;
    while ((end = text.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more(fd, text)) return;
    }
    SeenRequest request{.head = text.substr(0, end), .body = text.substr(end + 4)};
    request.line = request.head.substr(0, request.head.find(" HTTP/1.1"));
    const std::size_t length = request.head.find("Content-Length: ");
    const std::size_t bytes = length == std::string::npos
                                  ? 0
                                  : std::strtoul(request.head.c_str() + length + 16, nullptr, 10);
    while (request.body.size() < bytes && read_more(fd, request.body)) {
    }
    const FakeAnswer answer = answers_(request);
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(std::move(request));
    }
    if (answer.is_silent) return;
    respond(fd, answer);
    ::shutdown(fd, SHUT_RDWR);
  }

  void respond(int fd, const FakeAnswer& answer) {
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " X\r\n";
    if (!answer.hijacks) {
      text += "Content-Length: " + std::to_string(answer.status == 204 ? 0 : answer.body.size()) +
              "\r\nConnection: close\r\n\r\n" + (answer.status == 204 ? "" : answer.body);
    } else {
      text += "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
    }
    ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    std::string input;
    while (answer.hijacks && read_more(fd, input)) {
    }
    const std::lock_guard lock(mutex_);
    input_ += input;
  }

  const Answers answers_;
  std::filesystem::path folder_;
  int fd_ = -1;
  std::mutex mutex_;
  std::vector<SeenRequest> seen_;
  std::string input_;
  std::vector<int> connections_;
  std::vector<std::thread> threads_;
  std::thread thread_;
};

}  // namespace turnpike::cobrowse
