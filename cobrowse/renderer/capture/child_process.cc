#include "cobrowse/renderer/capture/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

namespace turnpike::capture {
namespace {

constexpr int kErrorFd = 4;
constexpr int kFirstFreeFd = 10;  // what the parent holds lies above the child's 0…4
char kPath[] = "PATH=/usr/local/bin:/usr/bin:/bin";

struct Plan {
  char* const* arguments;
  int null_fd;
  int log_fd;
  int inherited_fd;
  int error_fd;
  const UserIds* run_as;
  pid_t parent;
};

/// The same file under a number that the child's own do not overwrite.
FileHandle lifted(int fd) {
  return FileHandle(::fcntl(fd, F_DUPFD_CLOEXEC, kFirstFreeFd));
}

FileHandle open_lifted(const char* path, int flags) {
  const FileHandle file(::open(path, flags | O_CLOEXEC, 0600));
  return file.is_open() ? lifted(file.fd()) : FileHandle();
}

/// By number: the header of glibc 2.36 forgets that C++ mangles names.
FileHandle open_pidfd(pid_t pid) {
  return FileHandle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

// A server that finds SIGUSR1 ignored sends it to its parent (Xserver(1)), and what is ignored or
// blocked here is so in the child.
void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool become(const UserIds& user) {
  return ::setgroups(0, nullptr) == 0 && ::setresgid(user.gid, user.gid, user.gid) == 0 &&
         ::setresuid(user.uid, user.uid, user.uid) == 0;
}

bool take_files(const Plan& plan) {
  if (::dup2(plan.null_fd, 0) < 0 || ::dup2(plan.log_fd, 1) < 0 || ::dup2(plan.log_fd, 2) < 0) {
    return false;
  }
  if (plan.inherited_fd >= 0 && ::dup2(plan.inherited_fd, ChildProcess::kInheritedFd) < 0) {
    return false;
  }
  if (plan.inherited_fd < 0) ::close(ChildProcess::kInheritedFd);
  return ::dup3(plan.error_fd, kErrorFd, O_CLOEXEC) >= 0 &&
         ::close_range(kErrorFd + 1, ~0U, 0) == 0;
}

/// After fork(): only calls that are safe there.
[[noreturn]] void run_child(const Plan& plan) {
  reset_signals();
  int error_fd = plan.error_fd;
  if (take_files(plan)) {
    error_fd = kErrorFd;
    // The wish to die with the parent is forgotten when the user changes, so it comes after that.
    if ((plan.run_as == nullptr || become(*plan.run_as)) &&
        ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == plan.parent) {
      char* const environment[] = {kPath, nullptr};
      ::execve(plan.arguments[0], plan.arguments, environment);
    }
  }
  const int error = errno;
  if (::write(error_fd, &error, sizeof(error)) < 0) ::_exit(126);
  ::_exit(127);
}

/// 0: the program runs.
int read_error(int fd) {
  int error = 0;
  ssize_t got = 0;
  do {
    got = ::read(fd, &error, sizeof(error));
  } while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof(error)) ? error : 0;
}

}  // namespace

Result<ChildProcess, std::string> ChildProcess::start(const ChildOptions& options) {
  std::vector<std::string> command = options.command;
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);

  const FileHandle null = open_lifted("/dev/null", O_RDWR);
  const FileHandle log = open_lifted(options.log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC);
  if (!log.is_open()) {
    return fail(fmt::format("cannot write {}: {}", options.log_file, error_text(errno)));
  }
  const FileHandle inherited =
      options.inherited_fd < 0 ? FileHandle() : lifted(options.inherited_fd);
  int ends[2] = {-1, -1};
  if (!null.is_open() || ::pipe2(ends, O_CLOEXEC) != 0) {
    return fail(fmt::format("cannot start {}: {}", command[0], error_text(errno)));
  }
  const FileHandle reading(ends[0]);
  FileHandle writing(ends[1]);
  FileHandle lifted_writing = lifted(writing.fd());
  writing.close();

  const Plan plan{.arguments = arguments.data(),
                  .null_fd = null.fd(),
                  .log_fd = log.fd(),
                  .inherited_fd = inherited.fd(),
                  .error_fd = lifted_writing.fd(),
                  .run_as = options.run_as ? &*options.run_as : nullptr,
                  .parent = ::getpid()};
  const pid_t pid = ::fork();
  if (pid == 0) run_child(plan);
  if (pid < 0) return fail(fmt::format("cannot start {}: {}", command[0], error_text(errno)));
  lifted_writing.close();
  ChildProcess child(pid, open_pidfd(pid));
  if (const int error = read_error(reading.fd())) {
    return fail(fmt::format("cannot start {}: {}", command[0], error_text(error)));
  }
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pidfd_, other.pidfd_);
  return *this;
}

ChildProcess::~ChildProcess() {
  stop(Duration::zero());
}

bool ChildProcess::is_running() {
  return !has_ended(Duration::zero());
}

bool ChildProcess::has_ended(Duration timeout) {
  if (pid_ < 0) return true;
  pollfd ended{.fd = pidfd_.fd(), .events = POLLIN, .revents = 0};
  const auto ms = std::chrono::ceil<milliseconds>(timeout).count();
  if (::poll(&ended, 1, static_cast<int>(ms)) <= 0) return false;
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  return true;
}

void ChildProcess::stop(Duration grace) {
  if (pid_ < 0) return;
  if (grace > Duration::zero()) {
    ::kill(pid_, SIGTERM);
    if (has_ended(grace)) return;
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace turnpike::capture
