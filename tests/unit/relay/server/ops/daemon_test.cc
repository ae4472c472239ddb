#include "relay/server/ops/daemon.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "tests/unit/relay/server/ops/in_child.h"
#include "tests/unit/relay/server/ops/temp_dir.h"

namespace turnpike::server {
namespace {

/// The child is the process that a shell would start; `in_background` runs in its grandchild.
ChildOutcome run_daemon(const std::function<void(ReadySignal&, int said)>& in_background) {
  return in_child([&](int said) {
    auto daemonised = daemonise();
    if (!daemonised) return 99;
    if (daemonised->exit_with) return *daemonised->exit_with;
    in_background(daemonised->signal, said);
    return 0;
  });
}

bool is_zombie(pid_t process) {
  const std::string stat = read_file("/proc/" + std::to_string(process) + "/stat");
  return stat.find(") Z ") != std::string::npos;
}

TEST(Daemon, TheStarterEndsWithZeroWhenTheServerIsReady) {
  const ChildOutcome outcome = run_daemon([](ReadySignal& signal, int said) {
    signal.ready();
    say(said, "served");
  });
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.said, "served");
}

TEST(Daemon, TheStarterEndsWithTheServersReason) {
  for (const ExitCode code : {ExitCode::kCannotListen, ExitCode::kConfig}) {
    const ChildOutcome outcome =
        run_daemon([code](ReadySignal& signal, int) { signal.failed(code); });
    EXPECT_EQ(outcome.exit_code, exit_status(code));
  }
}

TEST(Daemon, AServerThatEndsWithoutAWordHasFailed) {
  EXPECT_EQ(run_daemon([](ReadySignal&, int) {}).exit_code, exit_status(ExitCode::kFailed));
  EXPECT_EQ(run_daemon([](ReadySignal&, int) { ::raise(SIGKILL); }).exit_code,
            exit_status(ExitCode::kFailed));
}

TEST(Daemon, HasASessionOfItsOwnAndDoesNotLeadIt) {
  const pid_t our_session = ::getsid(0);
  const ChildOutcome outcome = run_daemon([our_session](ReadySignal& signal, int said) {
    signal.ready();
    if (::getsid(0) != our_session) say(said, "own session ");
    if (::getsid(0) != ::getpid()) say(said, "not its leader");
  });
  EXPECT_EQ(outcome.said, "own session not its leader");
}

TEST(Daemon, LetsGoOfTheTerminalWhenReadyAndNotBefore) {
  const ChildOutcome outcome = run_daemon([](ReadySignal& signal, int said) {
    const auto target = [](int fd) {
      return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd)).string();
    };
    ::dup2(said, STDOUT_FILENO);
    say(STDOUT_FILENO, "before ");
    signal.ready();
    say(STDOUT_FILENO, "after ");
    for (const int fd : {0, 1, 2}) say(said, target(fd) + " ");
  });
  EXPECT_EQ(outcome.said, "before /dev/null /dev/null /dev/null ");
}

TEST(Daemon, StaysInItsFolder) {
  const std::string here = std::filesystem::current_path();
  const ChildOutcome outcome = run_daemon([](ReadySignal& signal, int said) {
    signal.ready();
    say(said, std::filesystem::current_path().string());
  });
  EXPECT_EQ(outcome.said, here);
}

TEST(Daemon, SurvivesThatTheStarterIsGone) {
  const ChildOutcome outcome = in_child([](int said) {
    const pid_t starter = ::getpid();
    auto daemonised = daemonise();
    if (daemonised->exit_with) return *daemonised->exit_with;
    ::kill(starter, SIGKILL);
    while (!is_zombie(starter)) std::this_thread::yield();
    daemonised->signal.ready();
    say(said, "serving");
    return 0;
  });
  EXPECT_EQ(outcome.said, "serving");
}

TEST(Daemon, InTheForegroundNobodyIsTold) {
  ReadySignal signal;
  signal.ready();
  signal.failed(ExitCode::kFailed);
  EXPECT_NE(::fcntl(STDOUT_FILENO, F_GETFD), -1);
}

}  // namespace
}  // namespace turnpike::server
