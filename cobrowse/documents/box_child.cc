#include "cobrowse/documents/box_child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace turnpike::documents {
namespace {

constexpr uid_t kUser = 61'183;  // of nobody: below the numbers that systemd hands out
constexpr int kInput = 3, kOutput = 4;
constexpr int kLifted = 16;
constexpr rlim_t kFiles = 1024, kProcesses = 128;
constexpr std::size_t kPiece = 65'536;
constexpr const char* kWork = "/box";
constexpr const char* kPrinted = "/box/stdout";

[[noreturn]] void leave(BoxEnd end) {
  ::_exit(static_cast<int>(end));
}

bool write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t put = ::write(fd, data, size);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    data += put;
    size -= static_cast<std::size_t>(put);
  }
  return true;
}

bool write_file(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  const bool good = fd >= 0 && write_all(fd, text.data(), text.size());
  ::close(fd);
  return good;
}

enum class Copied : std::uint8_t { kAll, kTooBig, kFailed };

Copied copy(int from, int to, std::uint64_t most) {
  std::array<char, kPiece> piece;
  std::uint64_t total = 0;
  while (true) {
    const ssize_t got = ::read(from, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0 ? Copied::kAll : Copied::kFailed;
    total += static_cast<std::uint64_t>(got);
    if (total > most) return Copied::kTooBig;
    if (!write_all(to, piece.data(), static_cast<std::size_t>(got))) {
      return errno == ENOSPC ? Copied::kTooBig : Copied::kFailed;
    }
  }
}

/// What the server blocks, ignores and holds open is its own business.
bool forget_the_server(const BoxPlan& plan) {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null = ::open("/dev/null", O_RDWR);
  const int input = ::fcntl(plan.job.input >= 0 ? plan.job.input : null, F_DUPFD, kLifted);
  const int output = ::fcntl(plan.job.output >= 0 ? plan.job.output : null, F_DUPFD, kLifted);
  return null >= 0 && input >= 0 && output >= 0 && ::dup2(null, 0) == 0 && ::dup2(null, 1) == 1 &&
         ::dup2(null, 2) == 2 && ::dup2(input, kInput) == kInput &&
         ::dup2(output, kOutput) == kOutput && ::close_range(kOutput + 1, ~0U, 0) == 0;
}

bool enter_namespaces(const BoxPlan& plan) {
  const int all = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWUTS;
  if (plan.as_root) return ::unshare(all) == 0;
  if (::unshare(CLONE_NEWUSER | all) != 0) return false;
  write_file("/proc/self/setgroups", "deny");
  return write_file("/proc/self/uid_map", plan.uid_map) &&
         write_file("/proc/self/gid_map", plan.gid_map);
}

bool add_mount(const BoxMount& one) {
  if (one.is_file) {
    const int fd = ::open(one.target.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0) return false;
    ::close(fd);
  } else if (::mkdir(one.target.c_str(), 0755) != 0 && errno != EEXIST) {
    return false;
  }
  if (::mount(one.source.c_str(), one.target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) {
    return false;
  }
  // Devices stay devices. Elsewhere only flags are added, which user namespaces may do too.
  mount_attr attributes{};
  attributes.attr_set =
      MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | (one.is_file ? 0U : MOUNT_ATTR_NODEV);
  return ::syscall(SYS_mount_setattr, AT_FDCWD, one.target.c_str(), AT_RECURSIVE, &attributes,
                   sizeof attributes) == 0;
}

bool build_root(const BoxPlan& plan) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("box", kBoxRoot, "tmpfs", MS_NOSUID | MS_NODEV, plan.tmpfs_options.c_str()) != 0) {
    return false;
  }
  ::umask(022);
  for (const std::string& folder : plan.folders) {
    if (::mkdir(folder.c_str(), 0755) != 0) return false;
  }
  for (const BoxMount& one : plan.mounts) {
    if (!add_mount(one)) return false;
  }
  for (const auto& [target, path] : plan.links) {
    if (::symlink(target.c_str(), path.c_str()) != 0) return false;
  }
  // Here, since user namespaces may have one only while the machine's own is to be seen.
  ::mount("proc", plan.proc.c_str(), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  return ::chdir(kBoxRoot) == 0 && ::syscall(SYS_pivot_root, ".", ".") == 0 &&
         ::umount2(".", MNT_DETACH) == 0 && ::chdir("/") == 0;
}

int create(const BoxPlan& plan, const char* path) {
  const int fd = ::open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0 && plan.as_root && ::fchown(fd, kUser, kUser) != 0) return -1;
  return fd;
}

bool give(const BoxPlan& plan, const char* folder) {
  return ::chmod(folder, 0700) == 0 && (!plan.as_root || ::chown(folder, kUser, kUser) == 0);
}

void put_files_in(const BoxPlan& plan) {
  if (!give(plan, kWork)) leave(BoxEnd::kNoBox);
  for (const std::string& folder : plan.work_folders) {
    if (::mkdir(folder.c_str(), 0700) != 0 || !give(plan, folder.c_str())) leave(BoxEnd::kNoBox);
  }
  for (const auto& [path, text] : plan.files) {
    const int fd = create(plan, path.c_str());
    if (fd < 0 || !write_all(fd, text.data(), text.size())) leave(BoxEnd::kNoBox);
    ::close(fd);
  }
  if (plan.input_path.empty()) return;
  const int fd = create(plan, plan.input_path.c_str());
  if (fd < 0 || ::lseek(kInput, 0, SEEK_SET) != 0) leave(BoxEnd::kFailed);
  const Copied copied = copy(kInput, fd, plan.job.limits.scratch_bytes);
  ::close(fd);
  if (copied != Copied::kAll) {
    leave(copied == Copied::kTooBig ? BoxEnd::kTooBig : BoxEnd::kFailed);
  }
}

bool limit(const BoxPlan& plan) {
  const auto set = [](auto which, rlim_t value) {
    const rlimit both{value, value};
    return ::setrlimit(which, &both) == 0;
  };
  const BoxLimits& limits = plan.job.limits;
  const auto cpu_s = static_cast<rlim_t>(std::max<std::int64_t>(limits.time.count() / 1000, 1)) * 2;
  // Of a user without a number of his own, all processes of the service would be counted.
  return set(RLIMIT_CORE, 0) && set(RLIMIT_AS, limits.memory_bytes) && set(RLIMIT_CPU, cpu_s) &&
         set(RLIMIT_FSIZE, limits.scratch_bytes) && set(RLIMIT_NOFILE, kFiles) &&
         (!plan.as_root || set(RLIMIT_NPROC, kProcesses));
}

[[noreturn]] void run_program(const BoxPlan& plan) {
  if (plan.as_root && (::setgroups(0, nullptr) != 0 || ::setresgid(kUser, kUser, kUser) != 0 ||
                       ::setresuid(kUser, kUser, kUser) != 0)) {
    ::_exit(126);
  }
  ::umask(077);
  const int printed = ::open(kPrinted, O_CREAT | O_EXCL | O_WRONLY, 0600);
  if (printed < 0 || ::dup2(printed, 1) != 1 || ::close_range(kInput, ~0U, 0) != 0 ||
      ::chdir(kWork) != 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !limit(plan)) {
    ::_exit(126);
  }
  ::execve(plan.arguments[0], plan.arguments.data(), plan.environment.data());
  ::_exit(127);
}

int wait_for(pid_t process) {
  int status = 1;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return 1;
  }
  return status;
}

BoxEnd take_output(const BoxPlan& plan) {
  if (plan.job.output < 0) return BoxEnd::kDone;
  const int fd =
      ::open(plan.output_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  struct stat what {};
  if (fd < 0 || ::fstat(fd, &what) != 0 || !S_ISREG(what.st_mode)) return BoxEnd::kNoOutput;
  if (what.st_size == 0 && plan.output_path != kPrinted) return BoxEnd::kNoOutput;
  switch (copy(fd, kOutput, plan.job.limits.output_bytes)) {
    case Copied::kAll:
      return BoxEnd::kDone;
    case Copied::kTooBig:
      return BoxEnd::kTooBig;
    case Copied::kFailed:
      break;
  }
  return BoxEnd::kFailed;
}

/// The first process of the box: when it ends, the kernel kills all others there.
[[noreturn]] void keep_box(const BoxPlan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!build_root(plan)) leave(BoxEnd::kNoBox);
  put_files_in(plan);
  const pid_t program = ::fork();
  if (program == 0) run_program(plan);
  if (program < 0 || wait_for(program) != 0) leave(BoxEnd::kFailed);
  // Nothing may change the output while it is looked at.
  ::kill(-1, SIGKILL);
  while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
  leave(take_output(plan));
}

}  // namespace

void become_box(const BoxPlan& plan) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) leave(BoxEnd::kCancelled);
  if (!forget_the_server(plan) || !enter_namespaces(plan)) leave(BoxEnd::kNoBox);
  // A namespace of processes begins with the next one that is made.
  const pid_t keeper = ::fork();
  if (keeper == 0) keep_box(plan);
  if (keeper < 0) leave(BoxEnd::kNoBox);
  const int status = wait_for(keeper);
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : static_cast<int>(BoxEnd::kFailed));
}

}  // namespace turnpike::documents
