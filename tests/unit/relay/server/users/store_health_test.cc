#include "relay/server/users/store_health.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/log.h"

namespace turnpike::server {
namespace {

class Lines final : public log::Sink {
 public:
  Lines() { log::install(this); }
  ~Lines() override { log::install(nullptr); }
  void write(log::Level, std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

TEST(StoreHealth, TellsTheLogOncePerOutage) {
  Lines log;
  StoreHealth health;
  EXPECT_FALSE(health.is_up());
  health.note_success();
  EXPECT_TRUE(health.is_up());
  EXPECT_TRUE(log.lines.empty());
  for (int i = 0; i < 3; ++i) {
    health.note_failure({credentials::StoreFailure::kUnavailable, "no route"});
  }
  EXPECT_FALSE(health.is_up());
  EXPECT_EQ(health.failures(), 3U);
  ASSERT_EQ(log.lines.size(), 1U);
  EXPECT_NE(log.lines[0].find("no route"), std::string::npos);
  health.note_success();
  health.note_success();
  ASSERT_EQ(log.lines.size(), 2U);
  EXPECT_EQ(log.lines[1], "the user database answers again");
}

}  // namespace
}  // namespace turnpike::server
