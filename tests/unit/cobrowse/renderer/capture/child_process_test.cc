#include "cobrowse/renderer/capture/child_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "temp_folder.h"

namespace turnpike::capture {
namespace {

class ChildProcessTest : public testing::Test {
 protected:
  ChildOptions shell(const std::string& script) const {
    return {.command = {"/bin/sh", "-c", script}, .log_file = folder_.file("log")};
  }
  std::string log() const {
    std::ifstream file(folder_.file("log"));
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  static void wait_for_end(ChildProcess& child) {
    while (child.is_running()) ::usleep(2'000);
  }

  TempFolder folder_;
};

TEST_F(ChildProcessTest, RunsAndLogs) {
  auto child = ChildProcess::start(shell("echo out; echo err >&2; echo \"$HOME$PATH\""));
  ASSERT_TRUE(child) << child.error();
  wait_for_end(*child);
  EXPECT_EQ(log(), "out\nerr\n/usr/local/bin:/usr/bin:/bin\n");
}

TEST_F(ChildProcessTest, SaysWhatCannotBeStarted) {
  auto options = shell("");
  options.command = {"/nowhere/program"};
  EXPECT_EQ(ChildProcess::start(options).error(),
            "cannot start /nowhere/program: No such file or directory");
  options.log_file = "/nowhere/log";
  EXPECT_THAT(ChildProcess::start(options).error(),
              testing::HasSubstr("cannot write /nowhere/log"));
}

TEST_F(ChildProcessTest, HasNothingOpenButWhatItIsGiven) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);  // which a child would inherit
  const FileHandle reading(ends[0]);
  FileHandle writing(ends[1]);
  auto options = shell("echo given >&3; ls /proc/self/fd | tr '\\n' ' '");
  options.inherited_fd = writing.fd();
  auto child = ChildProcess::start(options);
  ASSERT_TRUE(child) << child.error();
  char text[16] = {};
  EXPECT_EQ(::read(reading.fd(), text, sizeof(text)), 6);
  EXPECT_STREQ(text, "given\n");
  wait_for_end(*child);
  EXPECT_EQ(log(), "0 1 2 3 4 ");  // the last one is ls's own, of the folder it lists
}

TEST_F(ChildProcessTest, SignalsAreAsUsual) {
  ::signal(SIGUSR1, SIG_IGN);
  auto child = ChildProcess::start(shell("kill -USR1 $$; echo survived"));
  ::signal(SIGUSR1, SIG_DFL);
  ASSERT_TRUE(child) << child.error();
  wait_for_end(*child);
  EXPECT_EQ(log(), "");
}

TEST_F(ChildProcessTest, StopsWithAGrace) {
  auto child = ChildProcess::start(
      shell("trap 'echo bye; exit' TERM; echo on; while :; do sleep 0.01; done"));
  ASSERT_TRUE(child) << child.error();
  while (log() != "on\n") ::usleep(2'000);
  EXPECT_TRUE(child->is_running());
  child->stop(seconds(10));
  EXPECT_FALSE(child->is_running());
  EXPECT_EQ(log(), "on\nbye\n");
}

TEST_F(ChildProcessTest, StopsWhatDoesNotWantTo) {
  auto child = ChildProcess::start(shell("trap '' TERM; echo on; while :; do sleep 0.01; done"));
  ASSERT_TRUE(child) << child.error();
  while (log() != "on\n") ::usleep(2'000);
  const int pid = child->pid();
  child->stop(milliseconds(20));
  EXPECT_FALSE(child->is_running());
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST_F(ChildProcessTest, EndsWithItsOwner) {
  int pid = -1;
  {
    auto child = ChildProcess::start(shell("exec sleep 100"));
    ASSERT_TRUE(child) << child.error();
    pid = child->pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST_F(ChildProcessTest, RunsAsSomebodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "to change the user takes root";
  auto options = shell("id -u; id -g; id -G");
  options.run_as = UserIds{.uid = 65534, .gid = 65534};
  auto child = ChildProcess::start(options);
  ASSERT_TRUE(child) << child.error();
  wait_for_end(*child);
  EXPECT_EQ(log(), "65534\n65534\n65534\n");
}

}  // namespace
}  // namespace turnpike::capture
