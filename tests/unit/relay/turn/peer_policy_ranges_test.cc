#include "relay/turn/peer_policy_ranges.h"

#include <gtest/gtest.h>

#include <set>

#include "relay/turn/ip_range.h"

namespace turnpike::turn {
namespace {

TEST(SpecialRanges, EveryRowIsARangeOnItsOwn) {
  std::set<std::string_view> seen;
  for (const SpecialRange& row : special_ranges()) {
    const auto range = IpRange::parse(row.cidr);
    ASSERT_TRUE(range.has_value()) << row.cidr;
    EXPECT_NE(row.cidr.find('/'), std::string_view::npos) << row.cidr;
    EXPECT_TRUE(seen.insert(row.cidr).second) << row.cidr;
  }
}

// A narrower row behind a wider one would never be told.
TEST(SpecialRanges, NarrowerRowsStandBeforeWiderOnes) {
  const auto rows = special_ranges();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const IpRange narrow = IpRange::parse(rows[i].cidr).value();
    for (std::size_t j = 0; j < i; ++j) {
      const IpRange before = IpRange::parse(rows[j].cidr).value();
      EXPECT_FALSE(before.contains(narrow.first) && before.contains(narrow.last))
          << rows[i].cidr << " behind " << rows[j].cidr;
    }
  }
}

}  // namespace
}  // namespace turnpike::turn
