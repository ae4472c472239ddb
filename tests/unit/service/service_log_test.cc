#include "service/service_log.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "tests/unit/service/temp_folder.h"

namespace turnpike::service {
namespace {

TEST(ServiceLog, WritesLinesOfItsLevelToTheFile) {
  TempFolder folder;
  {
    const auto sink = start_log(folder.file("log"), "warning");
    ASSERT_TRUE(sink) << sink.error();
    LOG(kInfo, "too quiet");
    LOG(kWarning, "loud {}", 1);
  }
  std::ostringstream text;
  text << std::ifstream(folder.file("log")).rdbuf();
  EXPECT_THAT(text.str(), testing::EndsWith(" warning loud 1\n"));
  EXPECT_THAT(text.str(), testing::Not(testing::HasSubstr("quiet")));
}

TEST(ServiceLog, AFileThatCannotBeIsNamed) {
  TempFolder folder;
  std::ofstream(folder.file("plain")) << "x";
  EXPECT_THAT(start_log(folder.file("plain/log"), "info").error(),
              testing::HasSubstr("cannot be opened"));
}

}  // namespace
}  // namespace turnpike::service
