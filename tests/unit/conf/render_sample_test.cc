#include <gtest/gtest.h>

#include <sstream>

#include "conf/render_parts.h"
#include "tests/unit/conf/loading.h"

namespace turnpike::conf {
namespace {

/// The sample with every "#key=value" line switched on that has a real value.
std::string switched_on() {
  std::string text;
  std::istringstream lines(render_sample_config());
  for (std::string line; std::getline(lines, line);) {
    const bool option = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    if (option && line.find('<') == std::string::npos) text += line.substr(1) + "\n";
  }
  return text;
}

TEST(RenderSampleConfig, LoadsAsItIs) {
  EXPECT_EQ(said(load(render_sample_config())), "");
}

TEST(RenderSampleConfig, HasEveryOptionThatWorks) {
  const std::string sample = render_sample_config();
  for (const OptionRow* row : rows_with({Status::kImplemented})) {
    if (row->has(kRuleCommandLineOnly)) continue;
    EXPECT_TRUE(sample.find("\n#" + std::string(row->name) + "\n") != std::string::npos ||
                sample.find("\n#" + std::string(row->name) + "=") != std::string::npos)
        << row->name;
  }
}

// Every line is a line that the parser understands, with the default as its value.
TEST(RenderSampleConfig, LinesAreWhatTheySay) {
  TurnserverConfig config;
  std::istringstream lines(switched_on());
  for (std::string line; std::getline(lines, line);) {
    EXPECT_EQ(said(load(line)).find("is not an option"), std::string::npos) << line;
    EXPECT_EQ(said(load(line)).find("; write"), std::string::npos) << line;
  }
}

TEST(RenderSampleConfig, FitsATerminal) {
  std::istringstream lines(render_sample_config());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

}  // namespace
}  // namespace turnpike::conf
