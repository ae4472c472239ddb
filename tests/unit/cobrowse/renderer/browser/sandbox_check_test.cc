#include "cobrowse/renderer/browser/sandbox_check.h"

#include <gtest/gtest.h>

#include "fake_proc.h"

namespace turnpike::browser {
namespace {

// With a real Chromium: browser_process_test.cc.
TEST(SandboxCheck, EveryPageHasAFilter) {
  FakeProc proc;
  proc.add({.pid = 10, .parent = 1, .command = "/usr/bin/chromium --kiosk"});
  EXPECT_EQ(look_at_sandbox(10, proc.path()), Sandbox::kNoPages);
  proc.add({.pid = 11, .parent = 10, .command = "chromium --type=zygote"});
  proc.add({.pid = 12, .parent = 10, .command = "chromium --type=utility"});
  EXPECT_EQ(look_at_sandbox(10, proc.path()), Sandbox::kNoPages);
  proc.add({.pid = 13, .parent = 11, .command = "chromium --type=renderer -x", .filters = 2});
  EXPECT_EQ(look_at_sandbox(10, proc.path()), Sandbox::kClosed);
  proc.add({.pid = 14, .parent = 11, .command = "chromium --type=renderer -x", .filters = 0});
  EXPECT_EQ(look_at_sandbox(10, proc.path()), Sandbox::kOpen);
}

TEST(SandboxCheck, AContainersFilterIsNotChromiums) {
  FakeProc proc;
  proc.add({.pid = 10, .parent = 1, .filters = 1});
  proc.add({.pid = 11, .parent = 10, .command = "--type=renderer", .filters = 1});
  EXPECT_EQ(look_at_sandbox(10, proc.path()), Sandbox::kOpen);
  proc.add({.pid = 11, .parent = 10, .command = "--type=renderer", .filters = 2});
  EXPECT_EQ(look_at_sandbox(10, proc.path()), Sandbox::kClosed);
}

TEST(SandboxCheck, AnotherBrowsersPagesDoNotCount) {
  FakeProc proc;
  proc.add({.pid = 10, .parent = 1});
  proc.add({.pid = 20, .parent = 1});
  proc.add({.pid = 21, .parent = 20, .command = "--type=renderer", .filters = 2});
  EXPECT_EQ(look_at_sandbox(10, proc.path()), Sandbox::kNoPages);
  EXPECT_EQ(look_at_sandbox(20, proc.path()), Sandbox::kClosed);
}

}  // namespace
}  // namespace turnpike::browser
