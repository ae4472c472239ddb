#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/conf/loading.h"

namespace turnpike::conf {
namespace {

using testing::HasSubstr;

std::string with_roff_hyphens(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '-' ? std::string("\\-") : std::string(1, c);
  return result;
}

TEST(RenderManPage, HasEveryOption) {
  const std::string page = render_man_page();
  for (const OptionRow& row : option_table()) {
    EXPECT_THAT(page, HasSubstr("\\fB\\-\\-" + with_roff_hyphens(row.name))) << row.name;
  }
}

// A line of text that starts with a dot or a quote would be taken as a request; requests of man(7)
// are two or three capitals.
TEST(RenderManPage, HasOnlyKnownRequests) {
  std::istringstream lines(render_man_page());
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('.') && !line.starts_with('\'')) continue;
    const std::string request = line.substr(0, line.find(' '));
    EXPECT_THAT((std::vector<std::string>{".\\\"", ".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".RB",
                                          ".RI", ".IR"}),
                testing::Contains(request))
        << line;
  }
}

}  // namespace
}  // namespace turnpike::conf
