#include "relay/server/ops/logging.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <thread>
#include <vector>

#include "tests/unit/relay/server/ops/in_child.h"
#include "tests/unit/relay/server/ops/temp_dir.h"

namespace turnpike::server {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

constexpr std::chrono::milliseconds kEnough{10'000};

std::uint64_t occurrences(const std::string& text, std::string_view what) {
  std::uint64_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

/// Leaves no room in the pipe; somebody must have it open for reading.
void fill(const std::string& fifo) {
  const int fd = ::open(fifo.c_str(), O_WRONLY | O_NONBLOCK);
  const std::string filler(4096, '.');
  while (::write(fd, filler.data(), filler.size()) > 0) {
  }
  ::close(fd);
}

class LoggingTest : public testing::Test {
 protected:
  LogSettings to_file(const std::string& name) const {
    LogSettings settings;
    settings.log_file = dir_.file(name);
    settings.simple_log = true;
    settings.no_stdout_log = true;
    return settings;
  }
  const TempDir dir_;
};

TEST_F(LoggingTest, WritesWhatLogSays) {
  auto logging = start_logging(to_file("a.log"));
  ASSERT_TRUE(logging);
  EXPECT_EQ((*logging)->file_path(), dir_.file("a.log"));
  LOG(kInfo, "user {} came", "%n%s");
  LOG(kError, "and failed");
  ASSERT_TRUE((*logging)->flush(kEnough));
  EXPECT_THAT(read_file(dir_.file("a.log")),
              ContainsRegex("^20[0-9-]+T[0-9:.]+[+-][0-9]{4} INFO user %n%s came\n"
                            "20[^ ]+ ERROR and failed\n$"));
}

TEST_F(LoggingTest, DrainsAtTheEndAndTakesItselfAway) {
  {
    auto logging = start_logging(to_file("a.log"));
    ASSERT_TRUE(logging);
    for (int i = 0; i < 1000; ++i) LOG(kInfo, "line {}", i);
  }
  const std::string text = read_file(dir_.file("a.log"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1000);
  EXPECT_THAT(text, HasSubstr("INFO line 999\n"));
  EXPECT_FALSE(log::enabled(log::Level::kError));
}

TEST_F(LoggingTest, ObservesTheLowestLevel) {
  LogSettings settings = to_file("a.log");
  settings.min_level = "warning";
  auto logging = start_logging(settings);
  ASSERT_TRUE(logging);
  LOG(kInfo, "quiet");
  LOG(kWarning, "loud");
  ASSERT_TRUE((*logging)->flush(kEnough));
  EXPECT_THAT(read_file(dir_.file("a.log")), HasSubstr("WARNING loud"));
  EXPECT_THAT(read_file(dir_.file("a.log")), testing::Not(HasSubstr("quiet")));
}

TEST_F(LoggingTest, WritesJson) {
  LogSettings settings = to_file("a.log");
  settings.format = "json";
  auto logging = start_logging(settings);
  ASSERT_TRUE(logging);
  LOG(kInfo, "a \"b\"");
  ASSERT_TRUE((*logging)->flush(kEnough));
  EXPECT_THAT(read_file(dir_.file("a.log")), HasSubstr(R"("level":"info","msg":"a \"b\""})"));
}

TEST_F(LoggingTest, CountsSecondsWithoutNewLogTimestamp) {
  LogSettings settings = to_file("a.log");
  settings.new_log_timestamp = false;
  auto logging = start_logging(settings);
  ASSERT_TRUE(logging);
  LOG(kInfo, "x");
  ASSERT_TRUE((*logging)->flush(kEnough));
  EXPECT_THAT(read_file(dir_.file("a.log")), ContainsRegex("^[0-9]+: INFO: x\n$"));
}

TEST_F(LoggingTest, ReopensAfterLogrotate) {
  auto logging = start_logging(to_file("a.log"));
  ASSERT_TRUE(logging);
  LOG(kInfo, "one");
  ASSERT_TRUE((*logging)->flush(kEnough));
  std::filesystem::rename(dir_.file("a.log"), dir_.file("a.log.1"));
  (*logging)->reopen();
  LOG(kInfo, "two");
  ASSERT_TRUE((*logging)->flush(kEnough));
  EXPECT_THAT(read_file(dir_.file("a.log.1")), HasSubstr("INFO one"));
  EXPECT_THAT(read_file(dir_.file("a.log")), HasSubstr("INFO two"));
}

TEST_F(LoggingTest, LogsThatReopeningFailed) {
  auto logging = start_logging(to_file("a.log"));
  ASSERT_TRUE(logging);
  std::filesystem::rename(dir_.file("a.log"), dir_.file("a.log.1"));
  std::filesystem::create_directory(dir_.file("a.log"));
  (*logging)->reopen();
  ASSERT_TRUE((*logging)->flush(kEnough));
  EXPECT_THAT(read_file(dir_.file("a.log.1")), HasSubstr("ERROR cannot reopen the log file"));
}

// The writer is stopped by a pipe that nobody reads, so the queue must overflow.
TEST_F(LoggingTest, LosesTheOldestAndCountsThem) {
  const std::string fifo = dir_.file("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  fill(fifo);
  LogSettings settings = to_file("fifo");
  settings.queue_lines = 8;
  settings.stall_patience = kEnough;
  auto logging = start_logging(settings);
  ASSERT_TRUE(logging);
  constexpr std::uint64_t kLines = 2000;
  for (std::uint64_t i = 0; i < kLines; ++i) LOG(kInfo, "line {};", i);
  EXPECT_GE((*logging)->lost_lines(), kLines - settings.queue_lines - 1);
  EXPECT_LE((*logging)->queued_lines(), settings.queue_lines);
  EXPECT_FALSE((*logging)->flush(std::chrono::milliseconds(20)));

  std::string text;
  std::thread drain([reader, &text] {
    ::fcntl(reader, F_SETFL, 0);  // blocking: to the end of what is written
    std::array<char, 8192> part{};
    for (ssize_t n = 0; (n = ::read(reader, part.data(), part.size())) > 0;) {
      text.append(part.data(), static_cast<std::size_t>(n));
    }
  });
  EXPECT_TRUE((*logging)->flush(kEnough));
  const std::uint64_t lost = (*logging)->lost_lines();
  logging->reset();
  drain.join();
  ::close(reader);
  EXPECT_EQ(occurrences(text, " INFO ") + lost, kLines);
  EXPECT_THAT(text, HasSubstr(fmt::format("INFO line {};", kLines - 1)));
}

// Otherwise SIGTERM would wait for whoever reads the log.
TEST_F(LoggingTest, APipeThatStandsStillDoesNotHoldTheEndUp) {
  const std::string fifo = dir_.file("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  fill(fifo);
  LogSettings settings = to_file("fifo");
  settings.stall_patience = std::chrono::milliseconds(1);
  auto logging = start_logging(settings);
  ASSERT_TRUE(logging);
  for (int i = 0; i < 100; ++i) LOG(kInfo, "line");
  (*logging)->reopen();
  EXPECT_TRUE((*logging)->flush(kEnough));
  logging->reset();
  ::close(reader);
}

TEST_F(LoggingTest, TakesLinesFromManyThreads) {
  auto logging = start_logging(to_file("a.log"));
  ASSERT_TRUE(logging);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < 200; ++i) LOG(kInfo, "line");
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE((*logging)->flush(kEnough));
  const std::string text = read_file(dir_.file("a.log"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 800);
}

TEST_F(LoggingTest, RefusesWrongSettings) {
  const auto error_of = [](void (*change)(LogSettings&)) {
    LogSettings settings;
    settings.log_file = "stdout";
    change(settings);
    const auto logging = start_logging(settings);
    return logging ? std::string("no error") : logging.error();
  };
  EXPECT_THAT(error_of([](LogSettings& s) { s.format = "xml"; }),
              HasSubstr("log-format \"xml\" is unknown"));
  EXPECT_THAT(error_of([](LogSettings& s) { s.min_level = "warn"; }),
              HasSubstr("log-min-level \"warn\" is unknown"));
  EXPECT_THAT(error_of([](LogSettings& s) { s.syslog_facility = "LOG_X"; }),
              HasSubstr("syslog-facility \"LOG_X\" is unknown"));
}

/// Runs the log in a child whose standard output and error are pipes.
struct Streams {
  std::string out;
  std::string err;
};
Streams streams_of(const LogSettings& settings) {
  std::string err;
  const TempDir dir;
  const ChildOutcome outcome = in_child([&](int said) {
    const int err_fd = ::open(dir.file("err").c_str(), O_WRONLY | O_CREAT, 0600);
    ::dup2(said, STDOUT_FILENO);
    ::dup2(err_fd, STDERR_FILENO);
    auto logging = start_logging(settings);
    if (!logging) return 1;
    LOG(kInfo, "hello");
    return (*logging)->flush(kEnough) ? 0 : 2;
  });
  EXPECT_EQ(outcome.exit_code, 0);
  return {outcome.said, read_file(dir.file("err"))};
}

TEST_F(LoggingTest, StandardOutputComesBesideTheFile) {
  LogSettings settings = to_file("a.log");
  settings.no_stdout_log = false;
  EXPECT_THAT(streams_of(settings).out, HasSubstr("INFO hello\n"));
  EXPECT_THAT(read_file(dir_.file("a.log")), HasSubstr("INFO hello\n"));

  settings.no_stdout_log = true;
  EXPECT_EQ(streams_of(settings).out, "");
}

TEST_F(LoggingTest, StdoutAndMinusMeanStandardOutputOnly) {
  for (const char* name : {"stdout", "-"}) {
    LogSettings settings;
    settings.log_file = name;
    settings.no_stdout_log = true;  // the name says otherwise
    const std::string out = streams_of(settings).out;
    EXPECT_THAT(out, ContainsRegex("^[^ ]+ INFO hello\n$"));
  }
}

TEST_F(LoggingTest, SyslogReplacesTheFile) {
  LogSettings settings = to_file("a.log");
  settings.no_stdout_log = false;
  settings.syslog = true;
  settings.syslog_facility = "LOG_LOCAL1";
  EXPECT_THAT(streams_of(settings).out, HasSubstr("INFO hello\n"));
  EXPECT_FALSE(std::filesystem::exists(dir_.file("a.log")));
}

TEST_F(LoggingTest, AFileThatCannotBeOpenedIsSaidAndSurvived) {
  LogSettings settings = to_file("missing/a.log");
  settings.no_stdout_log = false;
  const Streams beside = streams_of(settings);
  EXPECT_THAT(beside.out, HasSubstr("ERROR cannot open the log file " + settings.log_file));
  EXPECT_THAT(beside.out, HasSubstr("INFO hello\n"));

  settings.no_stdout_log = true;
  const Streams alone = streams_of(settings);
  EXPECT_EQ(alone.out, "");
  EXPECT_THAT(alone.err, HasSubstr("ERROR cannot open the log file"));
  EXPECT_THAT(alone.err, HasSubstr("INFO hello\n"));
}

}  // namespace
}  // namespace turnpike::server
