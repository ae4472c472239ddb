#include "cobrowse/server/uid_range.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/unit/service/temp_folder.h"

namespace turnpike::cobrowse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(UidRange, IsTwoNumbers) {
  const auto range = parse_uid_range("60600-61099");
  ASSERT_TRUE(range) << range.error();
  EXPECT_EQ(range->first, 60'600U);
  EXPECT_EQ(range->last, 61'099U);
  EXPECT_TRUE(parse_uid_range("1000-1000"));
  for (const char* const wrong :
       {"", "-", "60600", "60600-", "a-b", "1000-2000 ", "999-2000", "2000-1000", "0-1",
        "1000-2000000001", "1000-99999999999", "1000-2000-3000"}) {
    EXPECT_FALSE(parse_uid_range(wrong)) << wrong;
  }
}

TEST(UidRange, PicksWhatIsNotTakenUntilAllAre) {
  SeededRng rng(3);
  const UidRange range{.first = 2000, .last = 2009};
  std::set<std::uint32_t> taken = {1, 7000};
  for (int i = 0; i < 10; ++i) {
    const auto uid = pick_uid(range, taken, rng);
    ASSERT_TRUE(uid);
    EXPECT_TRUE(*uid >= range.first && *uid <= range.last) << *uid;
    EXPECT_TRUE(taken.insert(*uid).second) << *uid;
  }
  EXPECT_FALSE(pick_uid(range, taken, rng));
}

TEST(UidRange, WhoRunsIsSeen) {
  const service::TempFolder proc;
  const auto add = [&](const std::string& pid, const std::string& status) {
    std::filesystem::create_directory(proc.file(pid));
    std::ofstream(proc.file(pid + "/status")) << status;
  };
  add("1", "Name:\tinit\nUid:\t0\t0\t0\t0\n");
  add("7", "Name:\tx\nUid:\t60600\t0\t0\t0\nGid:\t60601\t0\t0\t0\n");
  add("8", "Name:\ty\nUid:\t0\t0\t61099\t0\n");
  add("9", "Name:\tz\nUid:\t61100\t61100\t61100\t61100\n");
  EXPECT_THAT(running_uids({.first = 60'600, .last = 61'099}, proc.file("")),
              ElementsAre(60'600, 61'099));
  EXPECT_THAT(running_uids({.first = 1, .last = 2}, proc.file("none")), IsEmpty());
  const std::uint32_t ours = ::getuid();
  EXPECT_THAT(running_uids({.first = ours, .last = ours}), ElementsAre(ours));
}

TEST(UidRange, AContainerMayHaveFewUsers) {
  const service::TempFolder folder;
  const std::string map = folder.file("uid_map");
  std::ofstream(map) << "         0     100000      60700\n     70000     200000      10\n";
  EXPECT_TRUE(is_mapped({.first = 60'600, .last = 60'699}, map));
  EXPECT_FALSE(is_mapped({.first = 60'600, .last = 60'700}, map));
  EXPECT_TRUE(is_mapped({.first = 70'000, .last = 70'009}, map));
  EXPECT_FALSE(is_mapped({.first = 1000, .last = 1001}, folder.file("none")));
}

}  // namespace
}  // namespace turnpike::cobrowse
