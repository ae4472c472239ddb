#include "tests/support/redis_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>
#include <utility>

namespace turnpike::testing {
namespace {

constexpr const char* kProgram = "/usr/bin/redis-server";
constexpr auto kStartDeadline = std::chrono::seconds(20);

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

/// `output` is where both streams go; a descriptor.
pid_t spawn(const std::vector<std::string>& arguments, int output) {
  std::vector<char*> words;
  words.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.data()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  pid_t process = -1;
  if (::posix_spawnp(&process, words[0], &actions, nullptr, words.data(), environ) != 0) {
    process = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  return process;
}

bool accepts(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const bool connected = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return connected;
}

}  // namespace

std::string output_of(const std::vector<std::string>& arguments) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return "";
  const pid_t process = spawn(arguments, pipe[1]);
  ::close(pipe[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = ::read(pipe[0], buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  ::close(pipe[0]);
  if (process > 0) ::waitpid(process, nullptr, 0);
  return text;
}

RedisServer::RedisServer(std::vector<std::string> options) : options_(std::move(options)) {
  std::string name = (std::filesystem::temp_directory_path() / "turnpike-redis-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return;
  folder_ = name;
  start();
}

RedisServer::~RedisServer() {
  stop();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::string RedisServer::missing() {
  if (::access(kProgram, X_OK) == 0) return "";
  return fmt::format("{} is missing; scripts/setup test installs it", kProgram);
}

void RedisServer::start() {
  for (int attempt = 0; attempt < 5; ++attempt) {
    if (port_ == 0) port_ = free_port();
    if (start_once()) return;
    stop();
    if (attempt > 0) port_ = 0;  // somebody else took it in between
  }
  ADD_FAILURE() << "redis-server does not start";
}

bool RedisServer::start_once() {
  std::vector<std::string> words = {kProgram,        "--port",    fmt::format("{}", port_),
                                    "--bind",        "127.0.0.1", "--unixsocket",
                                    socket_path(),   "--save",    "",
                                    "--appendonly",  "no",        "--dir",
                                    folder_.string()};
  words.insert(words.end(), options_.begin(), options_.end());
  const int log =
      ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  process_ = spawn(words, log);
  ::close(log);
  const auto deadline = std::chrono::steady_clock::now() + kStartDeadline;
  while (process_ > 0 && std::chrono::steady_clock::now() < deadline) {
    if (accepts(socket_path())) return true;
    if (::waitpid(process_, nullptr, WNOHANG) == process_) process_ = -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

void RedisServer::stop() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
  std::error_code ignored;
  std::filesystem::remove(socket_path(), ignored);
}

void RedisServer::hang() {
  if (process_ > 0) ::kill(process_, SIGSTOP);
}

void RedisServer::go_on() {
  if (process_ > 0) ::kill(process_, SIGCONT);
}

std::string RedisServer::connection() const {
  return fmt::format("ip=127.0.0.1 port={} dbname=0", port_);
}

std::string RedisServer::cli(std::vector<std::string> arguments) const {
  const std::vector<std::string> start = {"redis-cli", "-p", fmt::format("{}", port_)};
  arguments.insert(arguments.begin(), start.begin(), start.end());
  return output_of(arguments);
}

}  // namespace turnpike::testing
