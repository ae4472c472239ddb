#include "cobrowse/server/process_backend.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

constexpr std::chrono::seconds kMayTakeToEnd{10};

/// Between fork and exec: only system calls.
[[noreturn]] void become_renderer(const char* program, int input) {
  ::setsid();
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  if (::dup2(input, 0) == 0 && ::close_range(3, ~0U, 0) == 0) {
    std::array<char*, 2> arguments{const_cast<char*>(program), nullptr};
    ::execv(program, arguments.data());
  }
  ::_exit(127);
}

}  // namespace

Result<void, std::string> ProcessBackend::start(const std::string& session,
                                                const boost::json::object& orders) {
  if (::access(program_.c_str(), X_OK) != 0) {
    return fail(fmt::format("\"{}\" cannot be run: {}", program_, std::strerror(errno)));
  }
  // A socket and not a pipe: what is sent waits in it, and a child that dies ends no server.
  std::array<int, 2> sockets{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) {
    return fail(fmt::format("no socket: {}", std::strerror(errno)));
  }
  const std::string text = http::to_json(orders);
  const bool sent = ::send(sockets[0], text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
                    static_cast<ssize_t>(text.size());
  const pid_t child = sent ? ::fork() : -1;
  if (child == 0) become_renderer(program_.c_str(), sockets[1]);
  ::close(sockets[0]);
  ::close(sockets[1]);
  if (child < 0) return fail(fmt::format("no process: {}", std::strerror(errno)));
  const std::lock_guard lock(mutex_);
  // One that has hung or lost its way makes room, and its end is not that of the new one.
  if (const auto old = running_.find(session); old != running_.end()) tell_to_end(old->second);
  running_[session] = child;
  return {};
}

void ProcessBackend::stop(const std::string& session) {
  const std::lock_guard lock(mutex_);
  if (const auto found = running_.find(session); found != running_.end()) {
    tell_to_end(found->second);
    running_.erase(found);
  }
}

void ProcessBackend::tell_to_end(pid_t process) {
  ::kill(process, SIGTERM);
  leaving_.push_back({process, std::chrono::steady_clock::now() + kMayTakeToEnd});
}

std::vector<std::string> ProcessBackend::take_ended() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ended;
  std::erase_if(running_, [&](const auto& one) {
    if (::waitpid(one.second, nullptr, WNOHANG) != one.second) return false;
    ended.push_back(one.first);
    return true;
  });
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(leaving_, [&](const Leaving& one) {
    if (now >= one.kill_at)
      ::kill(-one.process, SIGKILL);  // with its browser: setsid() was its own
    return ::waitpid(one.process, nullptr, WNOHANG) == one.process;
  });
  return ended;
}

}  // namespace turnpike::cobrowse
