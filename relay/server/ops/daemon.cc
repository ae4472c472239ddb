#include "relay/server/ops/daemon.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace turnpike::server {
namespace {

void silence_stdio() {
  net::Fd null(::open("/dev/null", O_RDWR));
  if (!null.valid()) return;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null.get(), fd);
  if (null.get() <= STDERR_FILENO) null.release();  // one of them was closed, and is this now
}

/// What the grandchild says; kFailed when it ends without a word.
int wait_for_word(const net::Fd& fd) {
  unsigned char status = 0;
  ssize_t size = 0;
  do {
    size = ::read(fd.get(), &status, 1);
  } while (size < 0 && errno == EINTR);
  return size == 1 ? status : exit_status(ExitCode::kFailed);
}

void wait_for_child(pid_t child) {
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

/// In the middle process: ends it, and returns only in the grandchild. A session's leader could get
/// a terminal again, its child cannot.
void fork_from_new_session() {
  ::setsid();
  if (::fork() != 0) ::_exit(0);  // also when the fork fails: the silence says so
}

}  // namespace

void ReadySignal::ready() {
  if (!fd_.valid()) return;
  silence_stdio();
  tell(ExitCode::kOk);
}

void ReadySignal::failed(ExitCode code) {
  tell(code);
}

void ReadySignal::tell(ExitCode code) {
  if (!fd_.valid()) return;
  const auto status = static_cast<unsigned char>(exit_status(code));
  // Whoever waited may be gone; that must not end the server with SIGPIPE.
  while (::send(fd_.get(), &status, 1, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
  fd_.reset();
}

Result<Daemonised, std::string> daemonise() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail(fmt::format("cannot go to the background: no socket: {}", std::strerror(errno)));
  }
  net::Fd reader(ends[0]);
  net::Fd writer(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) {
    return fail(fmt::format("cannot go to the background: no fork: {}", std::strerror(errno)));
  }
  if (child == 0) {
    reader.reset();
    fork_from_new_session();
    return Daemonised{std::nullopt, ReadySignal(std::move(writer))};
  }
  writer.reset();
  wait_for_child(child);
  return Daemonised{wait_for_word(reader), ReadySignal()};
}

}  // namespace turnpike::server
