#include "relay/server/ops/log_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/unit/relay/server/ops/local_times.h"
#include "tests/unit/relay/server/ops/temp_dir.h"

namespace turnpike::server {
namespace {

using testing::HasSubstr;

class LogFileTest : public testing::Test {
 protected:
  Result<LogFile, std::string> open(const std::string& path, bool dated) {
    LogFileSettings settings;
    settings.path = path;
    settings.dated = dated;
    settings.default_dirs = {dir_.file("missing"), dir_.path()};
    return LogFile::open(settings, sample_time());
  }
  const TimeZone utc_{"UTC"};
  const TempDir dir_;
};

TEST_F(LogFileTest, PutsTheDateBeforeTheExtension) {
  const LogTime t = sample_time();
  EXPECT_EQ(dated_log_name("/var/log/turn.log", t), "/var/log/turn_2026-11-20.log");
  EXPECT_EQ(dated_log_name("turn.a.txt", t), "turn.a_2026-11-20.txt");
  EXPECT_EQ(dated_log_name("/var/log.d/turn", t), "/var/log.d/turn_2026-11-20.log");
  EXPECT_EQ(dated_log_name("/tmp/turn_42_", t), "/tmp/turn_42_2026-11-20.log");
  EXPECT_EQ(dated_log_name("/tmp/turn-.log", t), "/tmp/turn-2026-11-20.log");
  EXPECT_EQ(dated_log_name("/tmp/", t), "/tmp/2026-11-20.log");
  EXPECT_EQ(dated_log_name("/tmp/.turn", t), "/tmp/.turn_2026-11-20.log");
}

TEST_F(LogFileTest, SimpleLogUsesTheExactNameForever) {
  auto file = open(dir_.file("turn.log"), false);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->path(), dir_.file("turn.log"));
  EXPECT_TRUE(file->write(sample_time(), "one\n"));
  EXPECT_TRUE(file->write(sample_time() + std::chrono::hours(48), "two\n"));
  EXPECT_EQ(read_file(dir_.file("turn.log")), "one\ntwo\n");
}

TEST_F(LogFileTest, Appends) {
  write_file(dir_.file("turn.log"), "old\n");
  auto file = open(dir_.file("turn.log"), false);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->write(sample_time(), "new\n"));
  EXPECT_EQ(read_file(dir_.file("turn.log")), "old\nnew\n");
}

TEST_F(LogFileTest, StartsANewFileAtMidnight) {
  auto file = open(dir_.file("turn.log"), true);
  ASSERT_TRUE(file);
  const LogTime midnight(std::chrono::seconds(1795219200));  // 2026-11-21 00:00:00
  EXPECT_TRUE(file->write(midnight - std::chrono::milliseconds(1), "friday\n"));
  EXPECT_TRUE(file->write(midnight, "saturday\n"));
  EXPECT_TRUE(file->write(midnight + std::chrono::hours(24), "sunday\n"));
  EXPECT_EQ(read_file(dir_.file("turn_2026-11-20.log")), "friday\n");
  EXPECT_EQ(read_file(dir_.file("turn_2026-11-21.log")), "saturday\n");
  EXPECT_EQ(read_file(dir_.file("turn_2026-11-22.log")), "sunday\n");
}

TEST_F(LogFileTest, MidnightIsLocal) {
  const TimeZone east("XXX-07:00");  // 2026-11-21 00:54:59 there
  auto file = open(dir_.file("turn.log"), true);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->path(), dir_.file("turn_2026-11-21.log"));
  EXPECT_TRUE(file->write(sample_time() + std::chrono::hours(23), "same day\n"));
  EXPECT_EQ(file->path(), dir_.file("turn_2026-11-21.log"));
  EXPECT_TRUE(file->write(sample_time() + std::chrono::hours(24), "next day\n"));
  EXPECT_EQ(file->path(), dir_.file("turn_2026-11-22.log"));
}

TEST_F(LogFileTest, KeepsTheOldFileWhenTheNewOneCannotBeOpened) {
  auto file = open(dir_.file("turn.log"), true);
  ASSERT_TRUE(file);
  std::filesystem::create_directory(dir_.file("turn_2026-11-21.log"));  // in the way
  const LogTime next_day = sample_time() + std::chrono::hours(24);
  const auto rolled = file->write(next_day, "still here\n");
  ASSERT_FALSE(rolled);
  EXPECT_THAT(rolled.error(), HasSubstr(dir_.file("turn_2026-11-21.log")));
  EXPECT_TRUE(file->write(next_day, "and said once\n"));
  EXPECT_EQ(read_file(dir_.file("turn_2026-11-20.log")), "still here\nand said once\n");
}

TEST_F(LogFileTest, ReopensAfterLogrotate) {
  auto file = open(dir_.file("turn.log"), false);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->write(sample_time(), "one\n"));
  std::filesystem::rename(dir_.file("turn.log"), dir_.file("turn.log.1"));
  EXPECT_TRUE(file->write(sample_time(), "two\n"));
  ASSERT_TRUE(file->reopen(sample_time()));
  EXPECT_TRUE(file->write(sample_time(), "three\n"));
  EXPECT_EQ(read_file(dir_.file("turn.log.1")), "one\ntwo\n");
  EXPECT_EQ(read_file(dir_.file("turn.log")), "three\n");
}

TEST_F(LogFileTest, KeepsTheOldFileWhenReopeningFails) {
  auto file = open(dir_.file("turn.log"), false);
  ASSERT_TRUE(file);
  std::filesystem::rename(dir_.file("turn.log"), dir_.file("turn.log.1"));
  std::filesystem::create_directory(dir_.file("turn.log"));
  const auto reopened = file->reopen(sample_time());
  ASSERT_FALSE(reopened);
  EXPECT_THAT(reopened.error(), HasSubstr("still writing"));
  EXPECT_TRUE(file->write(sample_time(), "kept\n"));
  EXPECT_EQ(read_file(dir_.file("turn.log.1")), "kept\n");
}

TEST_F(LogFileTest, SaysWhichGivenFileCannotBeOpened) {
  const auto file = open(dir_.file("missing/turn.log"), false);
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error(), HasSubstr(dir_.file("missing/turn.log")));
  EXPECT_THAT(file.error(), HasSubstr("No such file"));
}

TEST_F(LogFileTest, LooksForAPlaceWithoutAName) {
  const auto dated = open("", true);
  ASSERT_TRUE(dated);
  EXPECT_EQ(dated->path(), dir_.file(fmt::format("turn_{}_2026-11-20.log", ::getpid())));
  const auto simple = open("", false);
  ASSERT_TRUE(simple);
  EXPECT_EQ(simple->path(), dir_.file("turn.log"));
}

TEST_F(LogFileTest, FollowsNoLinkInPlacesThatItChoseItself) {
  write_file(dir_.file("victim"), "");
  std::filesystem::create_symlink(dir_.file("victim"), dir_.file("turn.log"));
  EXPECT_FALSE(open("", false));
  EXPECT_TRUE(open(dir_.file("turn.log"), false)) << "a given name may be a link";
}

TEST_F(LogFileTest, ANamedPipeWithoutAReaderIsAnError) {
  ASSERT_EQ(::mkfifo(dir_.file("fifo").c_str(), 0600), 0);
  EXPECT_FALSE(open(dir_.file("fifo"), false));
}

TEST_F(LogFileTest, SaysOnceThatItCannotWrite) {
  auto file = open("/dev/full", false);
  ASSERT_TRUE(file);
  const auto first = file->write(sample_time(), "lost\n");
  ASSERT_FALSE(first);
  EXPECT_THAT(first.error(), HasSubstr("No space left"));
  EXPECT_TRUE(file->write(sample_time(), "lost too, and not said again\n"));
}

}  // namespace
}  // namespace turnpike::server
