// The facade: levels, the sink, and text that must not break a log line.
#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace turnpike::log {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class Recorder final : public Sink {
 public:
  void write(Level level, std::string_view line) override { lines.emplace_back(level, line); }
  std::vector<std::pair<Level, std::string>> lines;
};

class Log : public ::testing::Test {
 protected:
  void SetUp() override { install(&recorder_); }
  void TearDown() override {
    install(nullptr);
    set_min_level(Level::kDebug);
  }
  Recorder recorder_;
};

TEST_F(Log, FormatsAndHandsOn) {
  LOG(kInfo, "session {}: closed, reason {}", 7, "timeout");
  EXPECT_THAT(recorder_.lines,
              ElementsAre(Pair(Level::kInfo, "session 7: closed, reason timeout")));
}

TEST_F(Log, BelowTheLevelNothingIsFormatted) {
  set_min_level(Level::kWarning);
  int formatted = 0;
  LOG(kInfo, "{}", ++formatted);
  EXPECT_EQ(formatted, 0);
  EXPECT_THAT(recorder_.lines, IsEmpty());
  LOG(kWarning, "{}", ++formatted);
  LOG(kError, "{}", ++formatted);
  EXPECT_THAT(recorder_.lines, ElementsAre(Pair(Level::kWarning, "1"), Pair(Level::kError, "2")));
}

TEST_F(Log, WithoutASinkLinesVanish) {
  install(nullptr);
  EXPECT_FALSE(enabled(Level::kError));
  LOG(kError, "nobody hears this");
  write(Level::kError, "nor this");
  EXPECT_THAT(recorder_.lines, IsEmpty());
}

TEST(LogSafe, PlainAndUtf8TextStays) {
  EXPECT_EQ(log_safe("alice@example.org"), "alice@example.org");
  EXPECT_EQ(log_safe("\xe3\x83\x9e"), "\xe3\x83\x9e");
  EXPECT_EQ(log_safe(""), "");
}

TEST(LogSafe, ControlCharactersQuotesAndBackslashesAreEscaped) {
  EXPECT_EQ(log_safe("a\r\nb"), "a\\x0d\\x0ab");
  EXPECT_EQ(log_safe(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(log_safe("\x1b[31m"), "\\x1b[31m");
  EXPECT_EQ(log_safe("\x7f"), "\\x7f");
  EXPECT_EQ(log_safe("\"'\\"), "\\x22\\x27\\x5c");
}

TEST(LogSafe, FormatDirectivesStayText) {
  EXPECT_EQ(log_safe("%n%s{}"), "%n%s{}");
}

TEST(LogSafe, LongTextIsCutAndSaysSo) {
  EXPECT_EQ(log_safe("abcdef", 6), "abcdef");
  EXPECT_EQ(log_safe("abcdefg", 6), "abcdef...");
  EXPECT_EQ(log_safe(std::string(10000, 'x')).size(), 256U + 3);
}

}  // namespace
}  // namespace turnpike::log
