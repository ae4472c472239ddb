#include "cobrowse/documents/box.h"

#include <errno.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>

#include "cobrowse/documents/box_child.h"

namespace turnpike::documents {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr unsigned kMaxInodes = 20'000;

std::string in_root(std::string_view path) {
  return kBoxRoot + std::string(path);
}

/// What of the machine is in the box, all of it read-only.
void plan_root(BoxPlan& plan) {
  std::error_code error;
  for (const char* const folder : {"/etc", "/dev", "/proc", "/box", "/var", "/var/cache"}) {
    plan.folders.push_back(in_root(folder));
  }
  for (const char* const part :
       {"/usr", "/opt", "/etc/alternatives", "/etc/fonts", "/etc/libreoffice", "/etc/ld.so.cache",
        "/var/cache/fontconfig", "/dev/null", "/dev/zero", "/dev/urandom"}) {
    if (!fs::exists(part, error)) continue;
    plan.mounts.push_back({part, in_root(part), !fs::is_directory(part, error)});
  }
  for (const char* const part : {"/bin", "/sbin", "/lib", "/lib32", "/lib64"}) {
    if (fs::is_symlink(part, error)) {
      plan.links.emplace_back(fs::read_symlink(part, error).string(), in_root(part));
    } else if (fs::is_directory(part, error)) {
      plan.mounts.push_back({part, in_root(part), false});
    }
  }
  plan.links.emplace_back("box", in_root("/tmp"));
}

struct Texts {
  std::vector<std::string> arguments;
  std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "HOME=/box",
                                          "TMPDIR=/box",        "LANG=C.UTF-8",
                                          "LC_ALL=C.UTF-8",     "SAL_USE_VCLPLUGIN=svp"};
};

template <std::size_t count>
void point_to(std::vector<std::string>& texts, std::array<char*, count>& out) {
  for (std::size_t i = 0; i < texts.size() && i + 1 < count; ++i) out[i] = texts[i].data();
}

BoxPlan make_plan(const BoxJob& job, Texts& texts) {
  BoxPlan plan{.job = job, .parent = ::getpid(), .as_root = ::geteuid() == 0};
  plan.uid_map = fmt::format("{0} {0} 1", ::geteuid());
  plan.gid_map = fmt::format("{0} {0} 1", ::getegid());
  plan.tmpfs_options =
      fmt::format("mode=0755,size={},nr_inodes={}", job.limits.scratch_bytes, kMaxInodes);
  plan.proc = in_root("/proc");
  plan_root(plan);
  for (const std::string& name : job.folders) plan.work_folders.push_back("/box/" + name);
  for (const auto& [name, text] : job.files) plan.files.emplace_back("/box/" + name, text);
  if (job.input >= 0) plan.input_path = "/box/" + job.input_name;
  plan.output_path = "/box/" + job.output_name;
  texts.arguments = job.command;
  point_to(texts.arguments, plan.arguments);
  point_to(texts.environment, plan.environment);
  return plan;
}

/// Readable when the process has ended. By number: the header of glibc 2.36 forgets that C++
/// mangles names.
int open_pidfd(pid_t process) {
  return static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
}

enum class Woken : std::uint8_t { kEnded, kCancelled, kTooLong };

Woken wait_for(int process, int cancel, milliseconds time) {
  const auto deadline = Clock::now() + time;
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return Woken::kTooLong;
    std::array<pollfd, 2> watched{pollfd{process, POLLIN, 0}, pollfd{cancel, POLLIN, 0}};
    const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(left));
    if (ready < 0 && errno != EINTR) return Woken::kTooLong;
    if (ready <= 0) continue;
    if (watched[0].revents != 0) return Woken::kEnded;
    if (watched[1].revents != 0) return Woken::kCancelled;
  }
}

BoxEnd end_of(int status) {
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : static_cast<int>(BoxEnd::kFailed);
  return code <= static_cast<int>(BoxEnd::kCancelled) ? static_cast<BoxEnd>(code) : BoxEnd::kFailed;
}

}  // namespace

BoxEnd run_in_box(const BoxJob& job, int cancel) {
  Texts texts;
  const BoxPlan plan = make_plan(job, texts);
  const pid_t child = ::fork();
  if (child == 0) become_box(plan);
  if (child < 0) return BoxEnd::kNoBox;
  const int process = open_pidfd(child);
  const Woken woken = wait_for(process, cancel, job.limits.time);
  ::close(process);
  // Its session with it: the first process of the box is there, and no other outlives that one.
  if (woken != Woken::kEnded) {
    ::kill(-child, SIGKILL);
    ::kill(child, SIGKILL);
  }
  int status = 1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (woken == Woken::kTooLong) return BoxEnd::kTooLong;
  return woken == Woken::kCancelled ? BoxEnd::kCancelled : end_of(status);
}

bool has_box() {
  return run_in_box({.command = {"/usr/bin/true"}}) == BoxEnd::kDone;
}

}  // namespace turnpike::documents
