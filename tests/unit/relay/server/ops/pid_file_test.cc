#include "relay/server/ops/pid_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "tests/unit/relay/server/ops/in_child.h"
#include "tests/unit/relay/server/ops/temp_dir.h"

namespace turnpike::server {
namespace {

using testing::HasSubstr;

class PidFileTest : public testing::Test {
 protected:
  PidFileSettings at(const std::string& path) const {
    return {.path = path, .set_by_user = true, .fallback_dirs = {}};
  }
  static std::string our_line() { return fmt::format("{}\n", ::getpid()); }
  std::size_t files() const {
    std::size_t n = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir_.path())) ++n;
    return n;
  }
  const TempDir dir_;
};

TEST_F(PidFileTest, HoldsOurIdAndGoesWithUs) {
  {
    const auto file = PidFile::write(at(dir_.file("t.pid")));
    ASSERT_TRUE(file);
    EXPECT_EQ(file->path(), dir_.file("t.pid"));
    EXPECT_EQ(read_file(dir_.file("t.pid")), our_line());
    EXPECT_EQ(files(), 1U) << "no temporary file is left";
  }
  EXPECT_EQ(files(), 0U);
}

TEST_F(PidFileTest, ReplacesAStaleFile) {
  write_file(dir_.file("t.pid"), "999999999 and more than one line\nof it\n");
  const auto file = PidFile::write(at(dir_.file("t.pid")));
  ASSERT_TRUE(file);
  EXPECT_EQ(read_file(dir_.file("t.pid")), our_line());
}

TEST_F(PidFileTest, ReplacesItsOwnHalfDoneFile) {
  write_file(dir_.file(fmt::format("t.pid.{}.new", ::getpid())), "x");
  ASSERT_TRUE(PidFile::write(at(dir_.file("t.pid"))));
  EXPECT_EQ(files(), 0U);
}

TEST_F(PidFileTest, DoesNotWriteThroughALink) {
  write_file(dir_.file("victim"), "precious");
  std::filesystem::create_symlink(dir_.file("victim"), dir_.file("t.pid"));
  const auto file = PidFile::write(at(dir_.file("t.pid")));
  ASSERT_TRUE(file);
  EXPECT_EQ(read_file(dir_.file("victim")), "precious");
  EXPECT_EQ(read_file(dir_.file("t.pid")), our_line());
}

TEST_F(PidFileTest, LeavesTheFileOfItsSuccessor) {
  auto file = PidFile::write(at(dir_.file("t.pid")));
  ASSERT_TRUE(file);
  write_file(dir_.file("t.pid"), "1\n");
  file->remove();
  EXPECT_EQ(read_file(dir_.file("t.pid")), "1\n");
}

TEST_F(PidFileTest, AChildDoesNotRemoveTheParentsFile) {
  std::optional<PidFile> file(std::move(*PidFile::write(at(dir_.file("t.pid")))));
  in_child([&file](int) {
    file.reset();
    return 0;
  });
  EXPECT_EQ(read_file(dir_.file("t.pid")), our_line());
}

TEST_F(PidFileTest, AGivenPathIsTheOnlyOne) {
  PidFileSettings settings = at(dir_.file("missing/t.pid"));
  settings.fallback_dirs = {dir_.path()};
  const auto file = PidFile::write(settings);
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error(), HasSubstr(dir_.file("missing/t.pid") + ": No such file"));
  EXPECT_EQ(files(), 0U);
}

TEST_F(PidFileTest, TheDefaultPathHasFallbacks) {
  PidFileSettings settings;
  settings.path = dir_.file("missing/t.pid");
  settings.fallback_dirs = {dir_.file("missing too"), dir_.path()};
  const auto file = PidFile::write(settings);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->path(), dir_.path() + "/t.pid");
}

TEST_F(PidFileTest, NamesEveryPlaceThatFailed) {
  PidFileSettings settings;
  settings.path = dir_.file("a/t.pid");
  settings.fallback_dirs = {dir_.file("b")};
  const auto file = PidFile::write(settings);
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error(), HasSubstr(dir_.file("a/t.pid")));
  EXPECT_THAT(file.error(), HasSubstr(dir_.file("b/t.pid")));
}

TEST_F(PidFileTest, IsEmptiedWhereItMayNoLongerBeRemoved) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  ::chmod(dir_.path().c_str(), 0755);
  in_child([this](int) {
    auto file = PidFile::write(at(dir_.file("t.pid")));
    [[maybe_unused]] const int dropped = ::setuid(65534);
    file->remove();
    return 0;
  });
  EXPECT_TRUE(std::filesystem::exists(dir_.file("t.pid")));
  EXPECT_EQ(read_file(dir_.file("t.pid")), "");
}

}  // namespace
}  // namespace turnpike::server
