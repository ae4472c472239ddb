#include "relay/server/ops/log_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "relay/net/fd.h"
#include "tests/unit/relay/server/ops/local_times.h"
#include "tests/unit/relay/server/ops/temp_dir.h"

namespace turnpike::server {
namespace {

using testing::HasSubstr;

class LogOutputTest : public testing::Test {
 protected:
  LogOutputTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    console_reader_ = net::Fd(ends[0]);
    console_ = net::Fd(ends[1]);
  }

  std::optional<LogFile> file(const std::string& path) {
    auto opened = LogFile::open({.path = path, .dated = false, .default_dirs = {}}, sample_time());
    return opened ? std::optional(std::move(*opened)) : std::nullopt;
  }

  static void log(LogOutput& output, log::Level level, const std::string& text,
                  LogTime time = sample_time()) {
    spdlog::details::log_msg message("", to_spdlog(level), text);
    message.time = time;
    output.log(message);
  }

  std::string console() {
    console_.reset();
    std::string all;
    std::array<char, 4096> part{};
    for (ssize_t n = 0; (n = ::read(console_reader_.get(), part.data(), part.size())) > 0;) {
      all.append(part.data(), static_cast<std::size_t>(n));
    }
    return all;
  }

  const TimeZone utc_{"UTC"};
  const TempDir dir_;
  net::Fd console_reader_;
  net::Fd console_;
};

TEST_F(LogOutputTest, WritesToFileAndConsole) {
  LogOutput output({.file = file(dir_.file("a.log")), .console_fd = console_.get()}, {});
  log(output, log::Level::kInfo, "one");
  log(output, log::Level::kError, "two");
  const std::string expected =
      "2026-11-20T17:54:59.626+0000 INFO one\n2026-11-20T17:54:59.626+0000 ERROR two\n";
  EXPECT_EQ(read_file(dir_.file("a.log")), expected);
  EXPECT_EQ(console(), expected);
}

TEST_F(LogOutputTest, KeepsLevels) {
  LogOutput output({.file = file(dir_.file("a.log"))},
                   {.wall_time = false, .start = sample_time()});
  for (const auto level :
       {log::Level::kDebug, log::Level::kInfo, log::Level::kWarning, log::Level::kError}) {
    log(output, level, "x");
  }
  EXPECT_EQ(read_file(dir_.file("a.log")), "0: DEBUG: x\n0: INFO: x\n0: WARNING: x\n0: ERROR: x\n");
}

TEST_F(LogOutputTest, TheConsoleGoesOnWhenTheFileFails) {
  LogOutput output({.file = file("/dev/full"), .console_fd = console_.get()}, {});
  log(output, log::Level::kInfo, "one");
  log(output, log::Level::kInfo, "two");
  const std::string said = console();
  EXPECT_THAT(said, HasSubstr("INFO one\n"));
  EXPECT_THAT(said, HasSubstr("ERROR cannot write to the log file /dev/full: No space left"));
  EXPECT_THAT(said, HasSubstr("INFO two\n"));
  EXPECT_EQ(said.find("ERROR"), said.rfind("ERROR")) << "complains once";
}

TEST_F(LogOutputTest, ReportsLossesOnceASecond) {
  LogOutput output({.file = file(dir_.file("a.log"))},
                   {.wall_time = false, .start = sample_time()});
  std::size_t lost = 3;
  output.watch_losses([&lost] { return lost; });
  log(output, log::Level::kInfo, "a");
  lost = 5;
  log(output, log::Level::kInfo, "b");
  log(output, log::Level::kInfo, "c", sample_time() + std::chrono::seconds(1));
  log(output, log::Level::kInfo, "d", sample_time() + std::chrono::seconds(3));
  EXPECT_EQ(
      read_file(dir_.file("a.log")),
      "0: WARNING: 3 log lines were lost: the log could not keep up\n0: INFO: a\n0: INFO: b\n"
      "1: WARNING: 2 log lines were lost: the log could not keep up\n1: INFO: c\n3: INFO: d\n");
}

TEST_F(LogOutputTest, SyslogWithoutADaemonIsHarmless) {
  LogOutput output({.console_fd = console_.get(), .syslog_facility = 8}, {});
  log(output, log::Level::kInfo, "%n%s");
  EXPECT_THAT(console(), HasSubstr("INFO %n%s\n"));
}

TEST_F(LogOutputTest, ReopensTheFileBeforeTheNextLine) {
  LogOutput output({.file = file(dir_.file("a.log"))}, {});
  std::filesystem::rename(dir_.file("a.log"), dir_.file("b.log"));
  output.request_reopen();
  log(output, log::Level::kInfo, "x");
  EXPECT_EQ(read_file(dir_.file("b.log")), "");
  EXPECT_THAT(read_file(dir_.file("a.log")), HasSubstr("INFO x"));
}

TEST_F(LogOutputTest, LogsThatReopeningFailed) {
  LogOutput output({.file = file(dir_.file("a.log"))}, {});
  std::filesystem::rename(dir_.file("a.log"), dir_.file("b.log"));
  std::filesystem::create_directory(dir_.file("a.log"));
  output.request_reopen();
  output.flush();
  EXPECT_THAT(read_file(dir_.file("b.log")), HasSubstr("ERROR cannot reopen the log file"));
}

TEST_F(LogOutputTest, ReopeningNothingIsFine) {
  LogOutput output({.console_fd = console_.get()}, {});
  output.request_reopen();
  output.flush();
  EXPECT_EQ(console(), "");
}

TEST_F(LogOutputTest, PassesByAConsoleThatStandsStill) {
  PatientWriter filler{std::chrono::milliseconds(0)};
  while (filler.write(console_.get(), std::string(4096, '.')) == WriteOutcome::kDone) {
  }
  LogOutput output({.file = file(dir_.file("a.log")),
                    .console_fd = console_.get(),
                    .stall_patience = std::chrono::milliseconds(1)},
                   {});
  log(output, log::Level::kInfo, "one");
  log(output, log::Level::kInfo, "two");
  EXPECT_EQ(output.skipped(), 2U);
  EXPECT_THAT(read_file(dir_.file("a.log")), HasSubstr("INFO two\n"));
}

TEST_F(LogOutputTest, WaitsForRecords) {
  LogOutput output({.console_fd = console_.get()}, {});
  const auto one_came = [](std::uint64_t written) { return written >= 1; };
  EXPECT_FALSE(output.wait_for(one_came, std::chrono::milliseconds(1)));
  log(output, log::Level::kInfo, "x");
  EXPECT_TRUE(output.wait_for(one_came, std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace turnpike::server
