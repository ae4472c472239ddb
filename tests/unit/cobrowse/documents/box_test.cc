// With the machine's own programs. Every test skips where no box can be made.
#include "cobrowse/documents/box.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "canary.h"
#include "memory_file.h"

namespace turnpike::documents {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class BoxTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_box()) GTEST_SKIP() << "no namespaces for this user here";
  }
  /// What a shell in the box prints.
  static std::string shell(const std::string& script, BoxEnd expected = BoxEnd::kDone) {
    const MemoryFile out;
    EXPECT_EQ(run_in_box({.command = {"/bin/sh", "-c", script}, .output = out.fd()}), expected)
        << script;
    return out.text();
  }
};

TEST_F(BoxTest, AFileGoesInAndOneComesOut) {
  const MemoryFile in("hello"), out;
  const BoxEnd end = run_in_box({.command = {"/bin/sh", "-c", "cat note/a in > out"},
                                 .folders = {"note"},
                                 .files = {{"note/a", "well, "}},
                                 .input = in.fd(),
                                 .input_name = "in",
                                 .output = out.fd(),
                                 .output_name = "out"});
  EXPECT_EQ(end, BoxEnd::kDone);
  EXPECT_EQ(out.text(), "well, hello");
}

TEST_F(BoxTest, EachWayToFailHasItsName) {
  shell("exit 3", BoxEnd::kFailed);
  shell("kill -KILL $$", BoxEnd::kFailed);
  EXPECT_EQ(run_in_box({.command = {"/usr/bin/there-is-no-such-program"}}), BoxEnd::kFailed);
  const MemoryFile out;
  const auto made = [&](const std::string& script) {
    return run_in_box({.command = {"/bin/sh", "-c", script},
                       .output = out.fd(),
                       .output_name = "out",
                       .limits = {.scratch_bytes = 4 << 20, .output_bytes = 1000}});
  };
  EXPECT_EQ(made("true"), BoxEnd::kNoOutput);
  EXPECT_EQ(made("touch out"), BoxEnd::kNoOutput);
  EXPECT_EQ(made("mkfifo out"), BoxEnd::kNoOutput);
  EXPECT_EQ(made("ln -s /etc/ld.so.cache out"), BoxEnd::kNoOutput);
  EXPECT_EQ(made("head -c 1001 /dev/zero > out"), BoxEnd::kTooBig);
  EXPECT_EQ(made("head -c 1000 /dev/zero > out"), BoxEnd::kDone);
  EXPECT_EQ(made("head -c 9000000 /dev/zero > out"), BoxEnd::kFailed) << "the box is full";
  const MemoryFile big(std::string(8192, 'x'));
  EXPECT_EQ(run_in_box({.command = {"/bin/true"},
                        .input = big.fd(),
                        .input_name = "in",
                        .limits = {.scratch_bytes = 4096}}),
            BoxEnd::kTooBig);
}

TEST_F(BoxTest, OfTheMachineThereIsNothingToSeeOrToChange) {
  EXPECT_EQ(shell("ls /"),
            shell("for i in bin box dev etc lib lib32 lib64 opt proc sbin tmp usr var; do "
                  "test -e /$i -o -L /$i && echo $i; done"));
  EXPECT_THAT(shell("ls /etc"), Not(HasSubstr("passwd")));
  EXPECT_EQ(shell("touch /usr/x 2>&1 || echo no"),
            "touch: cannot touch '/usr/x': Read-only file system\nno\n");
  EXPECT_EQ(shell("test -w /etc/alternatives || echo no"), "no\n");
  EXPECT_EQ(shell("env | grep -c TURNPIKE || true"), "0\n");
  EXPECT_EQ(shell("ls /proc/self/fd 2>/dev/null | wc -l"), "4\n")
      << "0, 1, 2 and the folder itself";
  EXPECT_NE(shell("id -u"), "0\n");
  EXPECT_EQ(shell("ps -e 2>/dev/null | grep -c gtest || true"), "0\n");
}

TEST_F(BoxTest, NoListenerIsReached) {
  const Canary canary;
  const std::string script =
      "import socket\ntry:\n socket.create_connection(('127.0.0.1', " + canary.port() +
      "), 2)\n print('reached')\n"
      "except OSError as e:\n print('no way', e)\nprint(socket.if_nameindex())";
  const MemoryFile out;
  ASSERT_EQ(run_in_box({.command = {"/usr/bin/python3", "-c", script}, .output = out.fd()}),
            BoxEnd::kDone);
  EXPECT_THAT(out.text(), HasSubstr("no way"));
  EXPECT_THAT(out.text(), HasSubstr("[(1, 'lo')]"));
  EXPECT_FALSE(canary.was_reached());
}

TEST_F(BoxTest, TheDeadlineAndACancelEndEverythingInIt) {
  const MemoryFile out;
  const BoxJob endless{.command = {"/bin/sh", "-c", "setsid sleep 1000 & sleep 1000"},
                       .output = out.fd(),
                       .limits = {.time = milliseconds(200)}};
  EXPECT_EQ(run_in_box(endless), BoxEnd::kTooLong);
  const int cancel = ::eventfd(1, EFD_CLOEXEC);
  BoxJob other = endless;
  other.limits.time = milliseconds(60'000);
  EXPECT_EQ(run_in_box(other, cancel), BoxEnd::kCancelled);
  ::close(cancel);
}

TEST_F(BoxTest, MemoryIsBounded) {
  const MemoryFile out;
  const BoxEnd end = run_in_box({.command = {"/usr/bin/python3", "-c", "x = bytearray(600 << 20)"},
                                 .output = out.fd(),
                                 .limits = {.memory_bytes = 500ULL << 20}});
  EXPECT_EQ(end, BoxEnd::kFailed);
}

}  // namespace
}  // namespace turnpike::documents
