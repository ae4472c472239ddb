#include "cobrowse/renderer/browser/browser_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/time.h"
#include "cobrowse/renderer/browser/browser_child.h"
#include "cobrowse/renderer/browser/sandbox_check.h"

namespace turnpike::browser {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr uid_t kUser = 61'234, kOtherUser = 61'235;  // nobody has these

/// A script stands in for the browser, and tells on its end of DevTools' pipe what it could do.
class BrowserProcessTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::mkdtemp(folder_.data()) == nullptr) FAIL() << "no folder";
    ::chmod(folder_.c_str(), 0711);
  }
  void TearDown() override {
    process_.reset();
    fs::remove_all(folder_);
  }
  std::string script(const std::string& lines) {
    const std::string path = folder_ + "/script";
    std::ofstream(path) << "#!/bin/bash\nexec >&4 2>&1\n" << lines << "\n";
    ::chmod(path.c_str(), 0755);
    return path;
  }
  BrowserProcessSettings settings(const std::string& program) const {
    BrowserProcessSettings wanted{.program = program,
                                  .folder = folder_,
                                  .name = "test-process-" + std::to_string(::getpid())};
    if (::geteuid() == 0) wanted.user = BrowserUser{kUser, kUser};
    return wanted;
  }
  void start(const BrowserProcessSettings& wanted) {
    auto started = BrowserProcess::start(wanted);
    ASSERT_TRUE(started) << started.error();
    process_ = *std::move(started);
  }
  /// All that it says, to its end or to the line "done".
  std::string told() {
    const int fd = process_->take_read_fd();
    std::string text;
    for (pollfd waiting{fd, POLLIN, 0}; ::poll(&waiting, 1, 20'000) == 1;) {
      std::array<char, 4096> chunk{};
      const ssize_t got = ::read(fd, chunk.data(), chunk.size());
      if (got <= 0) break;
      text.append(chunk.data(), static_cast<std::size_t>(got));
      if (text.ends_with("done\n")) break;
    }
    ::close(fd);
    return text;
  }
  std::string run(const std::string& lines) {
    start(settings(script(lines)));
    return process_ ? told() : "";
  }

  std::string folder_ = testing::TempDir() + "turnpike-process-XXXXXX";
  std::unique_ptr<BrowserProcess> process_;
};

TEST_F(BrowserProcessTest, SaysWhatIsMissing) {
  auto none = BrowserProcess::start(settings("/nonexistent"));
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error(), HasSubstr("\"/nonexistent\" cannot be run: No such file"));
  auto nowhere = settings("/bin/true");
  nowhere.folder = "/nonexistent";
  none = BrowserProcess::start(nowhere);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error(), HasSubstr("\"/nonexistent/profile\" cannot be made"));
}

TEST_F(BrowserProcessTest, RootIsNoUserForIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  auto wanted = settings("/bin/true");
  wanted.user.reset();
  const auto none = BrowserProcess::start(wanted);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error(), HasSubstr("does not run as root"));
}

TEST_F(BrowserProcessTest, ItInheritsNothing) {
  ::setenv("TURNPIKE_SECRET", "hunter2", 1);
  const std::string marker = folder_ + "/marker";
  const int leaked = ::open(marker.c_str(), O_RDWR | O_CREAT, 0600);  // not close-on-exec
  sigset_t blocked, before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto old = ::signal(SIGPIPE, SIG_IGN);
  const std::string text = run(R"(env
      for fd in /proc/$$/fd/*; do readlink $fd; done
      grep -E '^(SigBlk|SigIgn|NoNewPrivs|Uid|Groups)' /proc/self/status
      umask; ulimit -c; echo done)");
  ::signal(SIGPIPE, old);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::close(leaked);
  ::unsetenv("TURNPIKE_SECRET");
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(text, HasSubstr("HOME=" + folder_ + "/profile\n"));
  EXPECT_THAT(text, Not(HasSubstr(marker)));
  EXPECT_THAT(text, Not(HasSubstr("socket:")));
  EXPECT_THAT(text, HasSubstr("SigBlk:\t0000000000000000\n"));
  EXPECT_THAT(text, HasSubstr("SigIgn:\t0000000000000000\n"));
  EXPECT_THAT(text, HasSubstr("NoNewPrivs:\t1\n"));
  EXPECT_THAT(text, HasSubstr("\n0077\n0\ndone\n"));
  if (::geteuid() == 0) {
    EXPECT_THAT(text, HasSubstr("Uid:\t61234\t61234\t61234\t61234\n"));
    EXPECT_THAT(text, testing::ContainsRegex("Groups:\t *\n"));
  }
}

TEST_F(BrowserProcessTest, TheProxyIsTheOnlyOtherEndOfItsNetwork) {
  if (available_namespaces() == Namespaces::kNone) GTEST_SKIP() << "no network namespaces here";
  const int host = listen_on_loopback(0);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(host, reinterpret_cast<sockaddr*>(&address), &size), 0);
  start(settings(script(R"(
      try() { (exec 9<>/dev/tcp/$1/$2) 2>/dev/null && echo "reached $1" || echo "not $1"; }
      try 1.1.1.1 443; try 127.0.0.2 )" +
                        std::to_string(ntohs(address.sin_port)) + R"(
      try 127.0.0.1 3128
      echo > /dev/udp/1.1.1.1/53 && echo "udp left"
      cat /proc/net/dev; echo done)")));
  ASSERT_TRUE(process_);
  EXPECT_TRUE(process_->containment().network_namespace);
  const std::string text = told();
  EXPECT_THAT(text, HasSubstr("not 1.1.1.1\n"));
  EXPECT_THAT(text, HasSubstr("not 127.0.0.2\n"));
  EXPECT_THAT(text, HasSubstr("reached 127.0.0.1\n"));
  EXPECT_THAT(text, Not(HasSubstr("udp left")));
  EXPECT_THAT(text, Not(HasSubstr("eth0")));
  pollfd proxy{process_->take_proxy_fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&proxy, 1, 1000), 1) << "what it reached is the socket of the proxy";
  ::close(proxy.fd);
  pollfd outside{host, POLLIN, 0};
  EXPECT_EQ(::poll(&outside, 1, 0), 0);
  ::close(host);
}

TEST_F(BrowserProcessTest, PoliciesStandWhereChromiumReadsThem) {
  const std::string text = run("cat /etc/chromium/policies/managed/*.json; echo done");
  if (!process_->containment().managed_policy) GTEST_SKIP() << "no policies here";
  EXPECT_THAT(text, HasSubstr("URLBlocklist"));
  EXPECT_FALSE(fs::exists("/etc/chromium/policies/managed/turnpike.json"));
}

TEST_F(BrowserProcessTest, AnotherSessionIsOutOfReach) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const std::string other = folder_ + "/other";
  fs::create_directory(other);
  ::chmod(other.c_str(), 0711);
  std::ofstream(other + "/script") << "#!/bin/bash\necho secret > $HOME/cookies\n"
                                      "echo done >&4\nexec sleep 1000\n";
  ::chmod((other + "/script").c_str(), 0755);
  auto theirs = settings(other + "/script");
  theirs.folder = other;
  theirs.name += "-other";
  theirs.user = BrowserUser{kOtherUser, kOtherUser};
  start(theirs);
  ASSERT_TRUE(process_);
  ASSERT_EQ(told(), "done\n");
  const auto kept = std::move(process_);
  const std::string pid = std::to_string(kept->pid());
  const std::string text =
      run("ls " + other + " && echo listed; ls " + other + "/profile && echo listed; cat " + other +
          "/profile/cookies; kill -0 " + pid + " && echo alive; cat /proc/" + pid +
          "/environ && echo read; ls /proc/" + pid + "/fd/ && echo listed; echo done");
  EXPECT_THAT(text, Not(HasSubstr("listed")));
  EXPECT_THAT(text, Not(HasSubstr("secret")));
  EXPECT_THAT(text, Not(HasSubstr("alive")));
  EXPECT_THAT(text, Not(HasSubstr("read")));
  EXPECT_THAT(text, HasSubstr("done\n"));
}

TEST_F(BrowserProcessTest, TheProfileGoesAndNothingElse) {
  const std::string victim = folder_ + "/victim";
  fs::create_directory(victim);
  std::ofstream(victim + "/file") << "mine";
  run("ln -s " + victim + " $HOME/link; ln -s " + victim + "/file $HOME/other\n" +
      "mkdir -p $HOME/a/b; chmod 0 $HOME/a; echo done");
  EXPECT_TRUE(fs::is_symlink(folder_ + "/profile/link"));
  process_.reset();
  EXPECT_FALSE(fs::exists(folder_ + "/profile"));
  EXPECT_FALSE(fs::exists(folder_ + "/etc"));
  EXPECT_TRUE(fs::exists(victim + "/file"));
}

TEST_F(BrowserProcessTest, WhoHasLeftTheGroupIsEndedToo) {
  const std::string text = run("setsid sleep 1000 & echo $!; sleep 0.2; echo done; sleep 1000");
  const pid_t left = std::stoi(text);
  ASSERT_EQ(::kill(left, 0), 0);
  process_.reset();
  bool gone = false;
  for (int i = 0; i < 100 && !gone; ++i) {
    std::ifstream file("/proc/" + std::to_string(left) + "/stat");
    std::string line;
    std::getline(file, line);
    gone = line.empty() || line.find(") Z ") != std::string::npos;
    if (!gone) std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_TRUE(gone);
}

TEST_F(BrowserProcessTest, ChromiumRunsPagesInItsSandbox) {
  if (::access("/usr/bin/chromium", X_OK) != 0) GTEST_SKIP() << "there is no /usr/bin/chromium";
  start(settings("/usr/bin/chromium"));
  ASSERT_TRUE(process_);
  Sandbox found = Sandbox::kNoPages;
  for (int i = 0; i < 300 && found != Sandbox::kClosed; ++i) {
    std::this_thread::sleep_for(milliseconds(50));
    found = look_at_sandbox(process_->pid());
  }
  EXPECT_EQ(found, Sandbox::kClosed);
}

TEST_F(BrowserProcessTest, WithoutASandboxThatIsSeen) {
  if (::access("/usr/bin/chromium", X_OK) != 0) GTEST_SKIP() << "there is no /usr/bin/chromium";
  auto wanted = settings("/usr/bin/chromium");
  wanted.sandbox = false;
  start(wanted);
  ASSERT_TRUE(process_);
  Sandbox found = Sandbox::kNoPages;
  for (int i = 0; i < 300 && found == Sandbox::kNoPages; ++i) {
    std::this_thread::sleep_for(milliseconds(50));
    found = look_at_sandbox(process_->pid());
  }
  EXPECT_EQ(found, Sandbox::kOpen);
}

}  // namespace
}  // namespace turnpike::browser
