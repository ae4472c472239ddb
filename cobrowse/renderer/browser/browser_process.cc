#include "cobrowse/renderer/browser/browser_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "cobrowse/renderer/browser/browser_child.h"
#include "cobrowse/renderer/browser/chromium_flags.h"
#include "cobrowse/renderer/browser/process_tree.h"

namespace turnpike::browser {
namespace {

namespace fs = std::filesystem;
using Failed = std::string;

constexpr int kChildDeadline_ms = 5000;

struct Pipe {
  int read = -1;
  int write = -1;
};

Pipe make_pipe() {
  std::array<int, 2> fds{-1, -1};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) return {};
  return {fds[0], fds[1]};
}

int receive_fd(int socket) {
  pollfd waiting{socket, POLLIN, 0};
  if (::poll(&waiting, 1, kChildDeadline_ms) != 1) return -1;
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1) return -1;
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return -1;
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

std::uint16_t port_of(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

bool make_folder(const std::string& path, const std::optional<BrowserUser>& owner) {
  if (::mkdir(path.c_str(), 0700) != 0) return false;
  return !owner || ::chown(path.c_str(), owner->uid, owner->gid) == 0;
}

/// The browser's own. Without a name there is none to make.
Result<void, std::string> make_folders(const std::vector<std::string>& paths,
                                       const std::optional<BrowserUser>& owner) {
  for (const std::string& path : paths) {
    if (path.empty() || make_folder(path, owner)) continue;
    return fail(fmt::format("\"{}\" cannot be made: {}", path, std::strerror(errno)));
  }
  return {};
}

/// Stands where /etc/chromium is: managed policies, readable for everybody.
bool write_policies(const std::string& folder, bool downloads) {
  std::error_code error;
  fs::create_directories(folder + "/policies/managed", error);
  std::ofstream file(folder + "/policies/managed/turnpike.json");
  file << chromium_policy(downloads);
  file.close();
  if (error || file.fail()) return false;
  for (const std::string& path : {folder, folder + "/policies", folder + "/policies/managed"}) {
    fs::permissions(path, fs::perms(0755), error);
  }
  return !error;
}

std::vector<std::string> environment(const BrowserProcessSettings& settings,
                                     const std::string& home) {
  std::vector<std::string> list = {"PATH=/usr/bin:/bin",
                                   "HOME=" + home,
                                   "TMPDIR=" + home,
                                   "XDG_CONFIG_HOME=" + home,
                                   "XDG_CACHE_HOME=" + home,
                                   "LANG=C.UTF-8",
                                   "DBUS_SESSION_BUS_ADDRESS=disabled:"};
  if (!settings.display.empty()) {
    list.push_back("DISPLAY=" + settings.display);
    list.push_back("XAUTHORITY=" + settings.xauthority);
  }
  if (!settings.sound.empty()) {
    list.push_back("ALSA_CONFIG_PATH=" + settings.sound);
    list.emplace_back("PULSE_SERVER=unix:/nonexistent");  // it is asked first
  }
  return list;
}

Result<void, std::string> check(const BrowserProcessSettings& settings) {
  if (::geteuid() == 0 && !settings.user) {
    return fail(Failed("the browser does not run as root: name a user for it"));
  }
  if (::access(settings.program.c_str(), X_OK) != 0) {
    return fail(fmt::format("\"{}\" cannot be run: {}", settings.program, std::strerror(errno)));
  }
  return {};
}

}  // namespace

int BrowserProcess::take_read_fd() {
  return std::exchange(read_fd_, -1);
}

int BrowserProcess::take_write_fd() {
  return std::exchange(write_fd_, -1);
}

int BrowserProcess::take_proxy_fd() {
  return std::exchange(proxy_fd_, -1);
}

Result<std::unique_ptr<BrowserProcess>, std::string> BrowserProcess::start(
    const BrowserProcessSettings& settings) {
  if (auto possible = check(settings); !possible) return fail(possible.error());
  std::unique_ptr<BrowserProcess> process(new BrowserProcess);
  process->folder_ = settings.folder;
  const std::string profile = settings.folder + "/profile";
  if (settings.downloads) process->downloads_ = settings.folder + "/downloads";
  if (const auto made = make_folders({profile, process->downloads_}, settings.user); !made) {
    return fail(made.error());
  }
  ChildPlan plan{.namespaces = available_namespaces(), .user = settings.user};
  Containment& contained = process->containment_;
  contained.network_namespace = plan.namespaces != Namespaces::kNone;
  std::error_code error;
  if (contained.network_namespace && fs::is_directory("/etc/chromium", error) &&
      write_policies(settings.folder + "/etc", settings.downloads)) {
    plan.policy_folder = settings.folder + "/etc";
    contained.managed_policy = true;
  }
  std::uint16_t proxy_port = kNamespaceProxyPort;
  if (!contained.network_namespace) {
    process->proxy_fd_ = listen_on_loopback(0);
    if (process->proxy_fd_ < 0) return fail(Failed("no port is free for the proxy"));
    proxy_port = port_of(process->proxy_fd_);
  }
  plan.arguments = chromium_arguments({.profile_folder = profile,
                                       .proxy_port = proxy_port,
                                       .width = settings.width,
                                       .height = settings.height,
                                       .headless = settings.display.empty(),
                                       .sandbox = settings.sandbox,
                                       .audio = !settings.sound.empty()});
  plan.arguments.insert(plan.arguments.begin(), settings.program);
  plan.environment = environment(settings, profile);
  const Pipe to_browser = make_pipe(), from_browser = make_pipe();
  std::array<int, 2> sockets{-1, -1};
  if (to_browser.read < 0 || from_browser.read < 0 ||
      ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) {
    return fail(fmt::format("no pipes: {}", std::strerror(errno)));
  }
  plan.devtools_in = to_browser.read;
  plan.devtools_out = from_browser.write;
  plan.parent = sockets[1];
  process->pid_ = ::fork();
  if (process->pid_ == 0) {
    static_cast<void>(become_browser(plan));
    ::_exit(127);
  }
  process->read_fd_ = from_browser.read;
  process->write_fd_ = to_browser.write;
  for (const int fd : {to_browser.read, from_browser.write, sockets[1]}) ::close(fd);
  if (contained.network_namespace) process->proxy_fd_ = receive_fd(sockets[0]);
  process->limit(settings);
  const bool told = ::send(sockets[0], "g", 1, MSG_NOSIGNAL) == 1;
  ::close(sockets[0]);
  if (process->pid_ < 0 || process->proxy_fd_ < 0 || !told) {
    return fail(Failed("the browser's process could not be prepared"));
  }
  return process;
}

void BrowserProcess::limit(const BrowserProcessSettings& settings) {
  auto cgroup = Cgroup::make(settings.name, settings.limits, settings.cgroup_root);
  if (!cgroup) {
    containment_.cgroup_problem = cgroup.error();
    return;
  }
  cgroup_ = *std::move(cgroup);
  if (!cgroup_->add(pid_)) {
    containment_.cgroup_problem = "the browser cannot be put into its cgroup";
  }
}

BrowserProcess::~BrowserProcess() {
  if (pid_ > 0) {
    // Where there is no cgroup: one that has left the process group is found here.
    const std::vector<pid_t> others = descendants(pid_);
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
    for (const pid_t other : others) ::kill(other, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  cgroup_.reset();
  for (const int fd : {read_fd_, write_fd_, proxy_fd_}) {
    if (fd >= 0) ::close(fd);
  }
  std::error_code ignored;
  if (!folder_.empty()) {
    fs::remove_all(folder_ + "/profile", ignored);
    fs::remove_all(folder_ + "/etc", ignored);
    fs::remove_all(folder_ + "/downloads", ignored);
  }
}

}  // namespace turnpike::browser
