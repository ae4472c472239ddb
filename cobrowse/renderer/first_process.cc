#include "cobrowse/renderer/first_process.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace turnpike::renderer {
namespace {

int exit_code(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::optional<int> be_first_process() {
  sigset_t wanted, before;
  ::sigemptyset(&wanted);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::sigaddset(&wanted, signal);
  ::sigprocmask(SIG_BLOCK, &wanted, &before);
  const pid_t child = ::fork();
  if (child <= 0) {
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    return std::nullopt;
  }
  ::close(STDIN_FILENO);  // the child's
  while (true) {
    int signal = 0;
    ::sigwait(&wanted, &signal);
    if (signal != SIGCHLD) ::kill(child, signal);
    int status = 0;
    for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended == child) return exit_code(status);
    }
  }
}

}  // namespace turnpike::renderer
