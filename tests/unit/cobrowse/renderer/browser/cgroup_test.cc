#include "cobrowse/renderer/browser/cgroup.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace turnpike::browser {
namespace {

namespace fs = std::filesystem;

constexpr CgroupLimits kLimits{.memory_bytes = 1 << 20, .cpu_percent = 150, .processes = 7};

/// Folders that look like a mounted hierarchy; removed folders keep their files in the way, so the
/// group itself stays.
class CgroupTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(::mkdtemp(root_.data()), nullptr); }
  void TearDown() override { fs::remove_all(root_); }
  std::string text(const std::string& path) const {
    std::ifstream file(root_ + "/" + path);
    std::string line;
    std::getline(file, line);
    return line;
  }
  std::string root_ = testing::TempDir() + "turnpike-cgroup-XXXXXX";
};

TEST_F(CgroupTest, Version2HasOneFolder) {
  std::ofstream(root_ + "/cgroup.controllers") << "memory cpu pids";
  const auto group = Cgroup::make("s", kLimits, root_);
  ASSERT_TRUE(group) << group.error();
  EXPECT_EQ(text("turnpike/s/memory.max"), "1048576");
  EXPECT_EQ(text("turnpike/s/cpu.max"), "150000 100000");
  EXPECT_EQ(text("turnpike/s/pids.max"), "7");
  EXPECT_FALSE(text("turnpike/cgroup.subtree_control").empty());
  fs::remove_all(root_ + "/turnpike/s");  // as the kernel does with the files of a group
}

TEST_F(CgroupTest, Version1HasOneFolderForEachLimit) {
  for (const char* const one : {"memory", "cpu", "pids"}) fs::create_directory(root_ + "/" + one);
  const auto group = Cgroup::make("s", kLimits, root_);
  ASSERT_TRUE(group) << group.error();
  EXPECT_EQ(text("memory/turnpike/s/memory.limit_in_bytes"), "1048576");
  EXPECT_EQ(text("cpu/turnpike/s/cpu.cfs_quota_us"), "150000");
  EXPECT_EQ(text("pids/turnpike/s/pids.max"), "7");
  EXPECT_TRUE((*group)->add(1));
  EXPECT_EQ((*group)->processes(), (std::vector<pid_t>{1, 1, 1}));
  for (const char* const one : {"memory", "cpu", "pids"}) {
    fs::remove_all(root_ + "/" + one + "/turnpike/s");
  }
}

TEST_F(CgroupTest, SaysWhatIsMissing) {
  const auto none = Cgroup::make("s", kLimits, root_ + "/none");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error(), "there is no " + root_ + "/none/memory");
  fs::create_directory(root_ + "/pids");
  std::ofstream(root_ + "/pids/turnpike") << "a file is in the way";
  const auto blocked = Cgroup::make("s", {.processes = 1}, root_);
  ASSERT_FALSE(blocked);
  EXPECT_NE(blocked.error().find("cannot make"), std::string::npos) << blocked.error();
}

// A session's name is a folder's: it leads nowhere else.
TEST_F(CgroupTest, ANameIsNoPath) {
  fs::create_directories(root_ + "/pids/turnpike");
  for (const char* const name : {"", ".", "..", "../x", "a/b"}) {
    EXPECT_FALSE(Cgroup::make(name, {.processes = 1}, root_)) << name;
  }
  EXPECT_FALSE(fs::exists(root_ + "/pids/x"));
}

TEST_F(CgroupTest, TheMachinesOwnOneKillsWhatIsLeft) {
  const std::string name = "test-cgroup-" + std::to_string(::getpid());
  auto group = Cgroup::make(name, {.processes = 50}, "/sys/fs/cgroup");
  if (!group) GTEST_SKIP() << group.error();
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  ASSERT_TRUE((*group)->add(child));
  EXPECT_EQ(std::ranges::count((*group)->processes(), child), 1);
  group->reset();
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

}  // namespace
}  // namespace turnpike::browser
