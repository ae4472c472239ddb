// Runs a piece of a test in a process of its own and brings back what it says. For code that
// changes the process for good.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>

namespace turnpike::server {

struct ChildOutcome {
  int exit_code = -1;  // -1: ended by a signal
  std::string said;
};

/// `body` writes to the descriptor that it is given and returns the exit code.
inline ChildOutcome in_child(const std::function<int(int said)>& body) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    ::_exit(body(ends[1]));
  }
  ::close(ends[1]);
  ChildOutcome outcome;
  std::array<char, 256> part{};
  // To the end of the pipe: grandchildren hold it open, and their words count too.
  for (ssize_t n = 0; (n = ::read(ends[0], part.data(), part.size())) > 0;) {
    outcome.said.append(part.data(), static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  return outcome;
}

inline void say(int fd, const std::string& text) {
  [[maybe_unused]] const ssize_t written = ::write(fd, text.data(), text.size());
}

}  // namespace turnpike::server
