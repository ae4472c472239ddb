#include "cobrowse/renderer/first_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace turnpike::renderer {
namespace {

/// Runs `work` below a first process that is a child of ours; the status that waitpid() gives.
template <class Work>
int status_of(const Work& work, int signal = 0) {
  std::array<int, 2> ready{};
  if (::pipe(ready.data()) != 0) return -1;
  const pid_t first = ::fork();
  if (first == 0) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // what the first process of a container is anyway
    if (const auto code = be_first_process()) ::_exit(*code);
    (void)!::write(ready[1], "x", 1);
    ::_exit(work());
  }
  char byte = 0;
  (void)!::read(ready[0], &byte, 1);
  if (signal != 0) ::kill(first, signal);
  int status = 0;
  ::waitpid(first, &status, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  return status;
}

TEST(FirstProcess, EndsWithTheCodeOfItsChild) {
  const int status = status_of([] { return 7; });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(FirstProcess, SaysWhichSignalEndedIt) {
  const int status = status_of([] { return ::raise(SIGKILL); });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 128 + SIGKILL);
}

TEST(FirstProcess, PassesSignalsOn) {
  const int status = status_of(
      [] {
        ::alarm(10);
        ::pause();
        return 0;
      },
      SIGTERM);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 128 + SIGTERM);
}

TEST(FirstProcess, WaitsForTheOrphansOfOthers) {
  const int status = status_of([] {
    std::array<int, 2> tell{};
    if (::pipe(tell.data()) != 0) return 1;
    const pid_t middle = ::fork();
    if (middle == 0) {
      const pid_t orphan = ::fork();
      if (orphan == 0) ::_exit(0);
      (void)!::write(tell[1], &orphan, sizeof orphan);
      ::_exit(0);
    }
    pid_t orphan = 0;
    (void)!::read(tell[0], &orphan, sizeof orphan);
    ::waitpid(middle, nullptr, 0);
    for (int i = 0; i < 500; ++i) {
      if (::kill(orphan, 0) != 0) return 0;  // a zombie could still be sent signals
      ::usleep(10'000);
    }
    return 2;
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace turnpike::renderer
