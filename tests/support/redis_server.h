// A real redis-server for a test: its own process, folder, port and Unix socket, nothing kept on
// disk. Never touches a server that runs on the machine already.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace turnpike::testing {

/// Runs a program to its end without a shell. Its output, both streams; "" where it cannot start.
std::string output_of(const std::vector<std::string>& arguments);

class RedisServer {
 public:
  /// Starts it; `options` are further ones, such as {"--requirepass", "secret"}.
  explicit RedisServer(std::vector<std::string> options = {});
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  /// Why it cannot run here; empty when it can.
  static std::string missing();

  void stop();
  /// On the same port, empty.
  void start();

  /// Takes connections and answers nothing, until it goes on.
  void hang();
  void go_on();

  std::uint16_t port() const { return port_; }
  std::string socket_path() const { return folder_ / "redis.sock"; }
  /// "ip=127.0.0.1 port=N dbname=0"
  std::string connection() const;
  /// What redis-cli prints for these arguments.
  std::string cli(std::vector<std::string> arguments) const;

 private:
  bool start_once();

  std::vector<std::string> options_;
  std::filesystem::path folder_;
  std::uint16_t port_ = 0;
  pid_t process_ = -1;
};

}  // namespace turnpike::testing
