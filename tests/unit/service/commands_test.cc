#include "service/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "relay/crypto/key_hash.h"
#include "tests/unit/service/temp_folder.h"

namespace turnpike::service {
namespace {

using testing::HasSubstr;

TEST(MakeApiKey, PrintsAKeyAndItsHash) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(make_api_key("shop", "cobrowse.yml"), kOk);
  const std::string text = testing::internal::GetCapturedStdout();
  EXPECT_THAT(text, HasSubstr("For cobrowse.yml:"));
  const std::size_t key = text.find("tpk_"), hash = text.find("sha256:");
  ASSERT_NE(key, std::string::npos);
  ASSERT_NE(hash, std::string::npos);
  EXPECT_TRUE(crypto::matches_hash(text.substr(key, 47), text.substr(hash, 71)));
}

TEST(MakeApiKey, AnIdHasNoDot) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(make_api_key("a.b", "x.yml"), kConfig);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("no dot"));
}

TEST(CheckAudit, SaysWhatItFound) {
  TempFolder folder;
  std::ofstream(folder.file("bad")) << "no line of ours\n";
  testing::internal::CaptureStderr();
  EXPECT_EQ(check_audit(folder.file("bad")), kFailed);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("error: "));
}

}  // namespace
}  // namespace turnpike::service
