#include "service/audit_log.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "relay/crypto/openssl_digests.h"
#include "tests/unit/service/temp_folder.h"

namespace turnpike::service {
namespace {

using testing::HasSubstr;

class AuditLogTest : public testing::Test {
 protected:
  void write(int lines) {
    auto opened = AuditLog::open(path_, digests_);
    ASSERT_TRUE(opened) << opened.error();
    for (int i = 0; i < lines; ++i) {
      ASSERT_TRUE((*opened)->append(1000 + i, {{"action", "mint"}, {"subject", "a"}}, digests_));
    }
  }
  std::string text() {
    std::ifstream file(path_);
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
  }
  void replace(const std::string& with) { std::ofstream(path_) << with; }

  TempFolder folder_;
  std::string path_ = folder_.file("audit.jsonl");
  crypto::OpensslDigests digests_;
};

TEST_F(AuditLogTest, EveryLineFollowsAlsoAfterAnotherStart) {
  write(3);
  write(2);
  const auto verdict = verify_audit(path_, digests_);
  ASSERT_TRUE(verdict) << verdict.error();
  EXPECT_EQ(verdict->lines, 5u);
  EXPECT_THAT(text(), HasSubstr(R"({"at":1000,"action":"mint","subject":"a","prev":"0000)"));
}

TEST_F(AuditLogTest, AChangedLineShows) {
  write(3);
  std::string changed = text();
  changed.replace(changed.find("1001"), 4, "1009");
  replace(changed);
  EXPECT_THAT(verify_audit(path_, digests_).error(), HasSubstr("audit.jsonl:3: the chain is"));
}

TEST_F(AuditLogTest, ARemovedLineShows) {
  write(3);
  std::string changed = text();
  const std::size_t first = changed.find('\n') + 1;
  changed.erase(first, changed.find('\n', first) + 1 - first);
  replace(changed);
  EXPECT_THAT(verify_audit(path_, digests_).error(), HasSubstr(":2: the chain is broken"));
}

TEST_F(AuditLogTest, ABrokenChainIsNotContinued) {
  replace("no line of ours\n");
  EXPECT_THAT(AuditLog::open(path_, digests_).error(), HasSubstr("move the file away"));
}

TEST_F(AuditLogTest, ALineWithoutItsEndShows) {
  write(1);
  std::string cut = text();
  cut.pop_back();
  replace(cut);
  EXPECT_THAT(verify_audit(path_, digests_).error(), HasSubstr("the last line has no end"));
}

TEST_F(AuditLogTest, TextsOfUsersStayInTheirString) {
  auto opened = AuditLog::open(path_, digests_);
  ASSERT_TRUE(opened);
  ASSERT_TRUE((*opened)->append(1, {{"subject", "a\"}\n{\"at\":2,\x01\xff"}}, digests_));
  EXPECT_EQ(verify_audit(path_, digests_)->lines, 1u);
}

TEST_F(AuditLogTest, AFolderThatIsNotThereIsNamed) {
  EXPECT_THAT(AuditLog::open(folder_.file("no/audit"), digests_).error(),
              HasSubstr("cannot be opened"));
}

}  // namespace
}  // namespace turnpike::service
