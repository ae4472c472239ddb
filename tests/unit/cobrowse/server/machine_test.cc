#include "cobrowse/server/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/service/temp_folder.h"

namespace turnpike::cobrowse {
namespace {

using ::testing::HasSubstr;

class MachineTest : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = folder_.file(path);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  Machine look() { return look_at_machine(folder_.file("")); }
  service::TempFolder folder_;
};

constexpr const char* kMemory =
    "MemTotal: 4194304 kB\nMemFree: 1024 kB\nMemAvailable: 2097152 kB\n";

TEST_F(MachineTest, WithoutFilesNothingIsKnown) {
  EXPECT_FALSE(look().free_mb);
  EXPECT_FALSE(look().load_percent);
}

TEST_F(MachineTest, IsWhatTheKernelSays) {
  write("proc/meminfo", kMemory);
  write("proc/loadavg", "1000.00 2.0 3.0 1/2 3\n");
  EXPECT_EQ(look().free_mb, 2048U);
  EXPECT_GT(look().load_percent.value_or(0), 0U);
}

TEST_F(MachineTest, ACgroupLeavesLessAndCachesAreNoUse) {
  write("proc/meminfo", kMemory);
  write("proc/self/cgroup", "0::/a/b\n");
  write("sys/fs/cgroup/a/b/memory.max", "max\n");
  write("sys/fs/cgroup/a/b/memory.current", "1\n");
  EXPECT_EQ(look().free_mb, 2048U) << "no limit";
  write("sys/fs/cgroup/a/memory.max", std::to_string(512 << 20));
  write("sys/fs/cgroup/a/memory.current", std::to_string(200 << 20));
  EXPECT_EQ(look().free_mb, 312U) << "the one above";
  write("sys/fs/cgroup/a/memory.stat", "anon 1\ninactive_file " + std::to_string(100 << 20) + "\n");
  EXPECT_EQ(look().free_mb, 412U);
  write("sys/fs/cgroup/a/memory.current", std::to_string(900 << 20));
  EXPECT_EQ(look().free_mb, 0U) << "over its limit";
}

TEST_F(MachineTest, AndSoDoesOneOfTheFirstVersion) {
  write("proc/meminfo", kMemory);
  write("proc/self/cgroup", "5:cpu:/c\n4:memory:/m\n");
  write("sys/fs/cgroup/memory/m/memory.limit_in_bytes", std::to_string(300 << 20));
  write("sys/fs/cgroup/memory/m/memory.usage_in_bytes", std::to_string(100 << 20));
  EXPECT_EQ(look().free_mb, 200U);
}

TEST_F(MachineTest, ThisOneIsKnown) {
  EXPECT_GT(look_at_machine().free_mb.value_or(0), 0U);
  EXPECT_TRUE(look_at_machine().load_percent);
}

TEST(MachineNeeds, SayWhyThereIsNoRoom) {
  const Machine machine{.free_mb = 900, .load_percent = 250};
  EXPECT_THAT(why_no_memory(machine, {.memory_mb = 1024}).value_or(""),
              HasSubstr("900 MB of memory are free, and a renderer may need 1024 MB"));
  EXPECT_FALSE(why_no_memory(machine, {.memory_mb = 900}));
  EXPECT_FALSE(why_no_memory(machine, {}));
  EXPECT_THAT(why_too_loaded(machine, {.max_load_percent = 200}).value_or(""),
              HasSubstr("loaded to 250 percent, and new sessions begin up to 200"));
  EXPECT_FALSE(why_too_loaded(machine, {.max_load_percent = 250}));
  EXPECT_FALSE(why_too_loaded(machine, {}));
  EXPECT_FALSE(why_no_memory({}, {.memory_mb = 1})) << "unknown";
  EXPECT_FALSE(why_too_loaded({}, {.max_load_percent = 1}));
}

}  // namespace
}  // namespace turnpike::cobrowse
