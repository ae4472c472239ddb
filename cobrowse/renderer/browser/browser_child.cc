#include "cobrowse/renderer/browser/browser_child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace turnpike::browser {
namespace {

constexpr int kBacklog = 128;
constexpr int kFirstOther = 5;  // 0 to 2, and DevTools' 3 and 4 stay open
constexpr const char* kChromiumPolicies = "/etc/chromium";

bool write_file(const char* path, const char* text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const auto size = static_cast<ssize_t>(std::strlen(text));
  const bool good = ::write(fd, text, static_cast<std::size_t>(size)) == size;
  ::close(fd);
  return good;
}

/// "1000 1000 1": nobody but ourselves, under our own number.
void write_number_map(std::array<char, 64>& out, unsigned id) {
  std::array<char, 16> digits{};
  std::size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + id % 10);
    id /= 10;
  } while (id > 0);
  std::size_t at = 0;
  for (int times = 0; times < 2; ++times) {
    for (std::size_t i = count; i > 0; --i) out[at++] = digits[i - 1];
    out[at++] = ' ';
  }
  out[at++] = '1';
  out[at] = '\0';
}

bool enter_namespaces(Namespaces which) {
  if (which == Namespaces::kAsRoot)
    return ::unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC) == 0;
  const unsigned uid = ::getuid(), gid = ::getgid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC) != 0) return false;
  std::array<char, 64> map{};
  write_file("/proc/self/setgroups", "deny");
  write_number_map(map, uid);
  if (!write_file("/proc/self/uid_map", map.data())) return false;
  write_number_map(map, gid);
  return write_file("/proc/self/gid_map", map.data());
}

bool bring_loopback_up() {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP;
  const bool up = ::ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  ::close(fd);
  return up;
}

bool mount_policies(const char* folder) {
  return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount(folder, kChromiumPolicies, nullptr, MS_BIND, nullptr) == 0;
}

bool send_fd(int socket, int fd) {
  char byte = 'p';
  iovec data{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  return ::sendmsg(socket, &message, MSG_NOSIGNAL) == 1;
}

bool become(const BrowserUser& user) {
  return ::setgroups(0, nullptr) == 0 && ::setresgid(user.gid, user.gid, user.gid) == 0 &&
         ::setresuid(user.uid, user.uid, user.uid) == 0;
}

/// What the renderer blocks and ignores is its own business, and would be inherited.
void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void limit_resources() {
  const rlimit no_core{0, 0}, files{8192, 8192};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::setrlimit(RLIMIT_NOFILE, &files);
}

bool arrange_fds(const ChildPlan& plan) {
  // Above where they go, so that none is written over before it has moved.
  const int in = ::fcntl(plan.devtools_in, F_DUPFD, 64),
            out = ::fcntl(plan.devtools_out, F_DUPFD, 64);
  const int null = ::open("/dev/null", O_RDWR);
  return in >= 0 && out >= 0 && null >= 0 && ::dup2(null, 0) == 0 && ::dup2(null, 1) == 1 &&
         ::dup2(null, 2) == 2 && ::dup2(in, 3) == 3 && ::dup2(out, 4) == 4 &&
         ::close_range(kFirstOther, ~0U, 0) == 0;
}

}  // namespace

Namespaces available_namespaces() {
  const Namespaces wanted = ::geteuid() == 0 ? Namespaces::kAsRoot : Namespaces::kWithUserNamespace;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(enter_namespaces(wanted) && bring_loopback_up() ? 0 : 1);
  int status = 1;
  if (child < 0 || ::waitpid(child, &status, 0) != child) return Namespaces::kNone;
  return status == 0 ? wanted : Namespaces::kNone;
}

int listen_on_loopback(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(fd, kBacklog) == 0) {
    return fd;
  }
  ::close(fd);
  return -1;
}

const char* become_browser(const ChildPlan& plan) {
  ::setsid();
  if (plan.namespaces != Namespaces::kNone) {
    if (!enter_namespaces(plan.namespaces)) return "namespaces";
    if (!bring_loopback_up()) return "loopback interface";
    const int proxy = listen_on_loopback(kNamespaceProxyPort);
    if (proxy < 0 || !send_fd(plan.parent, proxy)) return "proxy socket";
    if (!plan.policy_folder.empty() && !mount_policies(plan.policy_folder.c_str())) {
      return "policies";
    }
  }
  char go = 0;
  if (::read(plan.parent, &go, 1) != 1) return "parent";
  if (plan.user && !become(*plan.user)) return "user";
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a change of user forgets it, so only now
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  limit_resources();
  reset_signals();
  ::umask(077);
  std::array<char*, 128> arguments{}, environment{};
  for (std::size_t i = 0; i < plan.arguments.size() && i + 1 < arguments.size(); ++i) {
    arguments[i] = const_cast<char*>(plan.arguments[i].c_str());
  }
  for (std::size_t i = 0; i < plan.environment.size() && i + 1 < environment.size(); ++i) {
    environment[i] = const_cast<char*>(plan.environment[i].c_str());
  }
  if (!arrange_fds(plan)) return "file descriptors";
  ::execve(arguments[0], arguments.data(), environment.data());
  return "program";
}

}  // namespace turnpike::browser
