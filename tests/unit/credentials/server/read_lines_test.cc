#include "credentials/server/read_lines.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/unit/service/temp_folder.h"

namespace turnpike::credentials {
namespace {

TEST(ReadLines, WholeLinesFromAPositionOn) {
  const service::TempFolder folder;
  const std::string path = folder.file("log");
  std::ofstream(path) << "one\ntwo\nthree\nunfin";
  const auto first = read_lines(path, 0, 2);
  ASSERT_TRUE(first) << first.error();
  EXPECT_EQ(first->text, "one\ntwo\n");
  EXPECT_EQ(first->next, 8U);
  const auto rest = read_lines(path, first->next, 100);
  EXPECT_EQ(rest->text, "three\n");
  EXPECT_EQ(rest->next, 14U);
  EXPECT_EQ(read_lines(path, 14, 100)->text, "");
  EXPECT_EQ(read_lines(path, 14, 100)->next, 14U);
  EXPECT_EQ(read_lines(path, 5, 100)->text, "three\n") << "in the middle of a line";
  EXPECT_EQ(read_lines(path, 16, 100)->text, "");
  EXPECT_EQ(read_lines(path, 16, 100)->next, 16U);
  EXPECT_EQ(read_lines(path, 999, 1)->text, "one\n") << "another file's position";
  EXPECT_EQ(read_lines(path, 0, 0)->text, "");
  EXPECT_FALSE(read_lines(folder.file("none"), 0, 1));
}

TEST(ReadLines, StaysBelowAMebibyte) {
  const service::TempFolder folder;
  const std::string path = folder.file("log");
  std::ofstream(path) << std::string(700'000, 'a') << "\n" << std::string(700'000, 'b') << "\n";
  const auto first = read_lines(path, 0, 100);
  EXPECT_EQ(first->next, 700'001U);
  EXPECT_EQ(read_lines(path, first->next, 100)->text.front(), 'b');
}

}  // namespace
}  // namespace turnpike::credentials
