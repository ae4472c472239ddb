#include "tests/support/throwaway_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace turnpike::test {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);  // a loaded machine with sanitizers

struct Person {
  uid_t uid;
  gid_t gid;
};

/// PostgreSQL and MariaDB refuse to run as root.
Person server_user() {
  if (geteuid() != 0) return {geteuid(), getegid()};
  const passwd* entry = getpwnam("nobody");
  return entry ? Person{entry->pw_uid, entry->pw_gid} : Person{65534, 65534};
}

/// In the child: becomes `command`. Only calls that are safe after fork().
[[noreturn]] void become(char* const* command, int output, bool unprivileged, Person who,
                         pid_t parent, int death_signal) {
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, 0);
  dup2(output, 1);
  dup2(output, 2);
  if (unprivileged && geteuid() == 0) {
    if (setgroups(0, nullptr) != 0 || setgid(who.gid) != 0 || setuid(who.uid) != 0) _exit(127);
  }
  prctl(PR_SET_PDEATHSIG, death_signal);  // a change of user clears it, so after that
  if (getppid() != parent) _exit(127);
  execvp(command[0], command);
  _exit(127);
}

pid_t spawn(const std::vector<std::string>& command, int output, bool unprivileged,
            int death_signal) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const Person who = server_user();
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(words.data(), output, unprivileged, who, parent, death_signal);
  return pid;
}

std::string end_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  return all.size() > 2000 ? all.substr(all.size() - 2000) : all;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "turnpike-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  path_ = pattern;
  const Person who = server_user();
  if (geteuid() == 0 && chown(path_.c_str(), who.uid, who.gid) != 0) std::abort();
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = bind(fd, generic, size) == 0 && getsockname(fd, generic, &size) == 0;
  close(fd);
  return bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
  chmod(path.c_str(), 0644);
}

ProgramResult run_program(const std::vector<std::string>& command, bool unprivileged) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  const pid_t pid = spawn(command, ends[1], unprivileged, SIGKILL);
  close(ends[1]);
  ProgramResult result;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
    result.output.append(buffer, static_cast<std::size_t>(got));
  }
  close(ends[0]);
  int status = 0;
  if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status)) {
    result.status = WEXITSTATUS(status);
  }
  return result;
}

std::string ThrowawayServer::start(ServerPlan plan) {
  stop();
  plan_ = std::move(plan);
  const int log = open(plan_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) return "cannot write " + plan_.log;
  pid_ = spawn(plan_.command, log, true, plan_.stop_signal);
  close(log);
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < until) {
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      return plan_.command[0] + " ended at once: " + end_of(plan_.log);
    }
    if (plan_.ready()) return "";
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  stop();
  return plan_.command[0] + " did not become ready: " + end_of(plan_.log);
}

void ThrowawayServer::stop() {
  if (pid_ <= 0) return;
  kill(pid_, plan_.stop_signal);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (waitpid(pid_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > until) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  pid_ = -1;
}

}  // namespace turnpike::test
