#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/conf/loading.h"

namespace turnpike::conf {
namespace {

using testing::HasSubstr;

TEST(RenderOptionsPage, HasEveryOptionWithItsStatus) {
  const std::string page = render_options_page();
  for (const OptionRow& row : option_table()) {
    EXPECT_THAT(page, HasSubstr("\n| `" + std::string(row.name) + "` |")) << row.name;
  }
  EXPECT_THAT(page, HasSubstr("| `tcp-proxy-port` |  | `<port>` | `automatic` | refused | P3 |"));
}

TEST(RenderOptionsPage, TablesHaveSevenColumns) {
  std::istringstream lines(render_options_page());
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `") && !line.starts_with("| option")) continue;
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i)
      bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    EXPECT_EQ(bars, 8U) << line;
  }
}

}  // namespace
}  // namespace turnpike::conf
