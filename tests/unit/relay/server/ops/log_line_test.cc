#include "relay/server/ops/log_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/relay/server/ops/local_times.h"

namespace turnpike::server {
namespace {

using log::Level;

class LogLineTest : public testing::Test {
 protected:
  static std::string render(LogFormat format, Level level, std::string_view text) {
    LogLine line({.format = format});
    return std::string(line.render(level, sample_time(), text));
  }
  static std::string text(std::string_view content) {
    return render(LogFormat::kText, Level::kInfo, content);
  }
  static std::string json(std::string_view content) {
    return render(LogFormat::kJson, Level::kInfo, content);
  }
  const TimeZone utc_{"UTC"};
};

TEST_F(LogLineTest, HasCoturnsTextShape) {
  EXPECT_EQ(text("text"), "2026-11-20T17:54:59.626+0000 INFO text\n");
  EXPECT_EQ(render(LogFormat::kText, Level::kWarning, "x"),
            "2026-11-20T17:54:59.626+0000 WARNING x\n");
}

TEST_F(LogLineTest, CountsSecondsWhenTheTimestampIsOff) {
  LogLine line({.wall_time = false, .start = sample_time() - std::chrono::seconds(123)});
  EXPECT_EQ(line.render(Level::kInfo, sample_time(), "text"), "123: INFO: text\n");
}

TEST_F(LogLineTest, NamesLevels) {
  EXPECT_EQ(log_level_name(Level::kDebug), "DEBUG");
  EXPECT_EQ(log_level_name(Level::kInfo), "INFO");
  EXPECT_EQ(log_level_name(Level::kWarning), "WARNING");
  EXPECT_EQ(log_level_name(Level::kError), "ERROR");
}

TEST_F(LogLineTest, OneRecordIsOneLine) {
  EXPECT_EQ(text("a\nb\r\n\x1b[31mc\x7f"), "2026-11-20T17:54:59.626+0000 INFO a b   [31mc \n");
}

TEST_F(LogLineTest, KeepsPercentSigns) {
  EXPECT_EQ(text("%n%s{}"), "2026-11-20T17:54:59.626+0000 INFO %n%s{}\n");
}

TEST_F(LogLineTest, JsonIsOneObjectPerLine) {
  EXPECT_EQ(json("hello"), R"({"ts":"2026-11-20T17:54:59.626+0000","level":"info","msg":"hello"})"
                           "\n");
  EXPECT_THAT(render(LogFormat::kJson, Level::kError, "x"),
              testing::HasSubstr(R"("level":"error")"));
}

TEST_F(LogLineTest, JsonKeepsItsTimeWhateverTheTextFormatIs) {
  LogLine line({.format = LogFormat::kJson, .wall_time = false, .timestamp_format = "\"%H\""});
  EXPECT_THAT(std::string(line.render(Level::kInfo, sample_time(), "x")),
              testing::StartsWith(R"({"ts":"2026-11-20T17:54:59.626+0000",)"));
}

TEST_F(LogLineTest, JsonEscapes) {
  std::string out;
  append_json_escaped(out, std::string_view("a\"b\\c\nd\te\0f\x1f\x7f", 13));
  EXPECT_EQ(out, R"(a\"b\\c\nd\te\u0000f\u001f)"
                 "\\u007f");
}

TEST_F(LogLineTest, JsonReplacesWhatIsNotUtf8) {
  std::string out;
  append_json_escaped(out, "\xc3\xa9|\xe2\x82\xac|\xf0\x9f\x98\x80|\xff|\xc3");
  EXPECT_EQ(out, "\xc3\xa9|\xe2\x82\xac|\xf0\x9f\x98\x80|\xef\xbf\xbd|\xef\xbf\xbd");
}

TEST_F(LogLineTest, CutsLongText) {
  const std::string prefix = text("");
  const std::string fits(kMaxLogText, 'a');
  EXPECT_EQ(text(fits).size(), prefix.size() + kMaxLogText);
  EXPECT_EQ(text(fits + "b").size(), prefix.size() + kMaxLogText + 3);
  EXPECT_THAT(text(fits + "b"), testing::EndsWith("aaa...\n"));
}

TEST_F(LogLineTest, DoesNotCutInsideACharacter) {
  const std::string line = text(std::string(kMaxLogText - 1, 'a') + "\xe2\x82\xac");
  EXPECT_THAT(line, testing::EndsWith("aaa...\n"));
  EXPECT_THAT(text(std::string(kMaxLogText - 3, 'a') + "\xe2\x82\xac"),
              testing::EndsWith("a\xe2\x82\xac\n"));
  EXPECT_THAT(text(std::string(kMaxLogText + 9, '\x80')), testing::EndsWith("...\n"));
}

}  // namespace
}  // namespace turnpike::server
