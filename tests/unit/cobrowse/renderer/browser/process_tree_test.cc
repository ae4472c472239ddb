#include "cobrowse/renderer/browser/process_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_proc.h"

namespace turnpike::browser {
namespace {

TEST(ProcessTree, ChildrenAndTheirChildren) {
  FakeProc proc;
  proc.add({.pid = 10, .parent = 1});
  proc.add({.pid = 11, .parent = 10});
  proc.add({.pid = 12, .parent = 11, .name = "a) R 1 ("});
  proc.add({.pid = 13, .parent = 12});
  proc.add({.pid = 20, .parent = 1});
  proc.add({.pid = 21, .parent = 20});
  EXPECT_THAT(descendants(10, proc.path()), testing::UnorderedElementsAre(11, 12, 13));
  EXPECT_THAT(descendants(21, proc.path()), testing::IsEmpty());
  EXPECT_THAT(descendants(0, proc.path()), testing::IsEmpty());
}

TEST(ProcessTree, ACircleEnds) {  // seen while numbers are used again
  FakeProc proc;
  proc.add({.pid = 10, .parent = 11});
  proc.add({.pid = 11, .parent = 10});
  EXPECT_THAT(descendants(10, proc.path()), testing::UnorderedElementsAre(10, 11));
}

TEST(ProcessTree, NothingThere) {
  EXPECT_THAT(descendants(1, "/nonexistent"), testing::IsEmpty());
}

TEST(ProcessTree, OurOwnChild) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  EXPECT_THAT(descendants(::getpid()), testing::Contains(child));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_THAT(descendants(::getpid()), testing::Not(testing::Contains(child)));
}

}  // namespace
}  // namespace turnpike::browser
