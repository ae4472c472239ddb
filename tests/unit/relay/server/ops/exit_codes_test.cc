#include "relay/server/ops/exit_codes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::server {
namespace {

TEST(ExitCodes, AreCoturnsWhereCoturnHasOne) {
  EXPECT_EQ(exit_status(ExitCode::kOk), 0);
  EXPECT_EQ(exit_status(ExitCode::kConfig), 255);
}

TEST(ExitCodes, AreAllDifferent) {
  EXPECT_EQ(exit_status(ExitCode::kFailed), 1);
  EXPECT_EQ(exit_status(ExitCode::kCannotListen), 2);
  EXPECT_EQ(exit_status(ExitCode::kNoPermission), 3);
  EXPECT_EQ(exit_status(ExitCode::kNoResources), 4);
}

TEST(ExitCodes, HaveALineEach) {
  const std::string text = exit_codes_text();
  EXPECT_THAT(text, testing::StartsWith("    0  stopped as asked"));
  EXPECT_THAT(text, testing::HasSubstr("\n  255  wrong configuration"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6);
}

}  // namespace
}  // namespace turnpike::server
