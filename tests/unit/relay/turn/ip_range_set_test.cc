#include "relay/turn/ip_range_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "base/rng.h"

namespace turnpike::turn {
namespace {

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

IpRangeSet set_of(std::initializer_list<std::string_view> texts) {
  std::vector<IpRange> ranges;
  for (const std::string_view text : texts) ranges.push_back(IpRange::parse(text).value());
  return IpRangeSet(std::move(ranges));
}

std::string found(const IpRangeSet& set, std::string_view address) {
  const IpRange* range = set.find(ip(address));
  return range == nullptr ? "" : range->text;
}

TEST(IpRangeSet, EmptySetHasNothing) {
  EXPECT_EQ(found(IpRangeSet(), "10.0.0.1"), "");
  EXPECT_EQ(found(set_of({}), "::"), "");
}

TEST(IpRangeSet, FindsEndsAndGaps) {
  const IpRangeSet set = set_of({"10.0.0.2-10.0.0.4", "10.0.0.6", "2001:db8::/64"});
  EXPECT_EQ(found(set, "10.0.0.1"), "");
  EXPECT_EQ(found(set, "10.0.0.2"), "10.0.0.2-10.0.0.4");
  EXPECT_EQ(found(set, "10.0.0.4"), "10.0.0.2-10.0.0.4");
  EXPECT_EQ(found(set, "10.0.0.5"), "");
  EXPECT_EQ(found(set, "10.0.0.6"), "10.0.0.6");
  EXPECT_EQ(found(set, "10.0.0.7"), "");
  EXPECT_EQ(found(set, "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff"), "");
  EXPECT_EQ(found(set, "2001:db8::"), "2001:db8::/64");
  EXPECT_EQ(found(set, "2001:db8::ffff:ffff:ffff:ffff"), "2001:db8::/64");
  EXPECT_EQ(found(set, "2001:db8:0:1::"), "");
}

TEST(IpRangeSet, OfOverlappingRangesTheFirstGivenIsTold) {
  const IpRangeSet set = set_of({"10.0.0.10-10.0.0.20", "10.0.0.0/24", "10.0.0.0-10.0.0.12"});
  EXPECT_EQ(found(set, "10.0.0.9"), "10.0.0.0/24");
  EXPECT_EQ(found(set, "10.0.0.10"), "10.0.0.10-10.0.0.20");
  EXPECT_EQ(found(set, "10.0.0.20"), "10.0.0.10-10.0.0.20");
  EXPECT_EQ(found(set, "10.0.0.21"), "10.0.0.0/24");
}

TEST(IpRangeSet, EndsOfTheFamiliesDoNotRunOver) {
  const IpRangeSet v4 = set_of({"255.255.255.0/24"});
  EXPECT_EQ(found(v4, "255.255.255.255"), "255.255.255.0/24");
  EXPECT_EQ(found(v4, "::"), "");
  const IpRangeSet all_v4 = set_of({"0.0.0.0"});
  EXPECT_EQ(found(all_v4, "0.0.0.0"), "0.0.0.0");
  EXPECT_EQ(found(all_v4, "::"), "");
  const IpRangeSet last = set_of({"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"});
  EXPECT_NE(found(last, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "");
  EXPECT_EQ(found(last, "0.0.0.0"), "");
}

TEST(IpRangeSet, CopyOutlivesTheOriginal) {
  auto original = std::make_unique<IpRangeSet>(set_of({"10.0.0.0/8"}));
  const IpRangeSet copy = *original;
  original.reset();
  EXPECT_EQ(found(copy, "10.9.9.9"), "10.0.0.0/8");
}

IpAddress random_address(Rng& rng, bool v4) {
  if (v4) return IpAddress::v4(static_cast<std::uint32_t>(rng.below(4000)));
  std::array<std::uint8_t, 16> bytes{};
  store_be16(bytes.data() + 6, static_cast<std::uint16_t>(rng.below(3)));
  store_be16(bytes.data() + 14, static_cast<std::uint16_t>(rng.below(1000)));
  return IpAddress::v6(bytes);
}

// The compiled form against the definition: look at each range in turn.
TEST(IpRangeSet, AnswersAsALinearSearchDoes) {
  SeededRng rng(20261);
  for (int round = 0; round < 50; ++round) {
    std::vector<IpRange> ranges;
    for (std::uint64_t i = rng.below(40); i > 0; --i) {
      const bool v4 = rng.below(2) == 0;
      IpAddress first = random_address(rng, v4);
      IpAddress last = random_address(rng, v4);
      if (last < first) std::swap(first, last);
      ranges.push_back({first, last, std::to_string(i)});
    }
    const IpRangeSet set(ranges);
    for (int i = 0; i < 2000; ++i) {
      const IpAddress address = random_address(rng, rng.below(2) == 0);
      const auto expected = std::find_if(ranges.begin(), ranges.end(),
                                         [&](const IpRange& r) { return r.contains(address); });
      const IpRange* got = set.find(address);
      ASSERT_EQ(got == nullptr, expected == ranges.end()) << address.to_string();
      if (got == nullptr) continue;
      ASSERT_EQ(got->text, expected->text) << address.to_string();
    }
  }
}

// Looking at each range in turn would be two thousand million comparisons.
TEST(IpRangeSet, TenThousandRangesStayFast) {
  std::vector<IpRange> ranges;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    ranges.push_back({IpAddress::v4(i * 1000), IpAddress::v4(i * 1000 + 499), std::to_string(i)});
  }
  const IpRangeSet set(std::move(ranges));
  std::uint64_t inside = 0;
  SeededRng rng(7);
  for (int i = 0; i < 200'000; ++i) {
    const auto value = static_cast<std::uint32_t>(rng.below(10'000'000));
    const IpRange* range = set.find(IpAddress::v4(value));
    ASSERT_EQ(range != nullptr, value % 1000 < 500) << value;
    if (range != nullptr) ++inside;
  }
  EXPECT_GT(inside, 95'000U);
}

}  // namespace
}  // namespace turnpike::turn
