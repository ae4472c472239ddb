#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/conf/loading.h"

namespace turnpike::conf {
namespace {

using testing::HasSubstr;

TEST(RenderHelp, FitsATerminal) {
  std::istringstream lines(render_help());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(RenderHelp, HasEveryOption) {
  const std::string help = render_help();
  for (const OptionRow& row : option_table()) EXPECT_THAT(help, HasSubstr(std::string(row.name)));
}

TEST(RenderHelp, SaysDefaultsAndUnits) {
  const std::string help = render_help();
  EXPECT_THAT(help, HasSubstr("  -p, --listening-port=<port>  (default: 3478)\n"));
  EXPECT_THAT(help, HasSubstr("  -s, --max-bps=<bytes/s>"));
  EXPECT_THAT(help, HasSubstr("BYTES per second"));
}

}  // namespace
}  // namespace turnpike::conf
