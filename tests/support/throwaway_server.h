// A server program that a test starts for itself: in a temporary folder, as an unprivileged user
// where the test is root, stopped by its process id, and by the kernel where the test dies first.
// Knows no database; tests/support/database_servers.h does.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace turnpike::test {

/// A folder that goes with this object. Writable by the user as whom servers run.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A TCP port of 127.0.0.1 that nobody used a moment ago.
std::uint16_t free_port();

/// Writes a file that servers can read.
void write_file(const std::string& path, const std::string& text);

struct ProgramResult {
  int status = -1;     // exit status; 127 when it could not be started
  std::string output;  // stdout and stderr
};

/// Runs a program to its end, as the user as whom servers run when `unprivileged`.
ProgramResult run_program(const std::vector<std::string>& command, bool unprivileged = false);

struct ServerPlan {
  std::vector<std::string> command;
  int stop_signal = 15;
  std::string log;              // a file that takes what it prints
  std::function<bool()> ready;  // asked until it says yes
};

class ThrowawayServer {
 public:
  ThrowawayServer() = default;
  ~ThrowawayServer() { stop(); }
  ThrowawayServer(const ThrowawayServer&) = delete;
  ThrowawayServer& operator=(const ThrowawayServer&) = delete;

  /// Returns when it is ready. Empty, or why not with the end of its log.
  std::string start(ServerPlan plan);
  /// The same once more, after stop().
  std::string start_again() { return start(plan_); }
  void stop();
  bool running() const { return pid_ > 0; }

 private:
  ServerPlan plan_;
  pid_t pid_ = -1;
};

}  // namespace turnpike::test
