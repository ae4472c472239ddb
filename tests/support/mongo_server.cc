#include "tests/support/mongo_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>

namespace turnpike::testing {

MongoServer::MongoServer() {
  std::array<int, 2> in{}, out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) return;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  std::array<std::string, 3> words = {"python3", "-B", "tests/support/mongo_server.py"};
  std::array<char*, 4> arguments = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  if (::posix_spawnp(&process_, "python3", &actions, nullptr, arguments.data(), environ) != 0) {
    process_ = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  std::string line;
  for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) line += c;
  ::close(out[0]);
  std::from_chars(line.data(), line.data() + line.size(), port_);
  EXPECT_NE(port_, 0) << "mongo_server.py does not start; run the test from the project's folder";
}

MongoServer::~MongoServer() {
  stop();
}

void MongoServer::stop() {
  if (process_ <= 0) return;
  ::close(input_);
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

std::string MongoServer::uri(const std::string& database) const {
  return fmt::format("mongodb://127.0.0.1:{}/{}", port_, database);
}

}  // namespace turnpike::testing
