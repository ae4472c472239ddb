#include "base/special_ranges.h"

#include <gtest/gtest.h>

#include <charconv>
#include <optional>
#include <set>

#include "base/ip_address.h"

namespace turnpike {
namespace {

struct Prefix {
  IpAddress first;
  unsigned bits = 0;
};

bool bit(const IpAddress& ip, unsigned i) {
  return ((ip.bytes()[i / 8] >> (7 - i % 8)) & 1) != 0;
}

/// Nothing where a bit behind the prefix is set.
std::optional<Prefix> parse_prefix(std::string_view cidr) {
  const std::size_t slash = cidr.find('/');
  const auto ip = IpAddress::parse(cidr.substr(0, slash));
  if (!ip || slash == std::string_view::npos) return std::nullopt;
  Prefix prefix{.first = *ip};
  const char* const end = cidr.data() + cidr.size();
  const auto read = std::from_chars(cidr.data() + slash + 1, end, prefix.bits);
  const unsigned width = ip->is_v4() ? 32 : 128;
  if (read.ec != std::errc() || read.ptr != end || prefix.bits > width) return std::nullopt;
  for (unsigned i = prefix.bits; i < width; ++i) {
    if (bit(*ip, i)) return std::nullopt;
  }
  return prefix;
}

bool holds(const Prefix& wide, const Prefix& narrow) {
  if (wide.first.family() != narrow.first.family() || wide.bits > narrow.bits) return false;
  for (unsigned i = 0; i < wide.bits; ++i) {
    if (bit(wide.first, i) != bit(narrow.first, i)) return false;
  }
  return true;
}

TEST(SpecialRanges, EveryRowIsARangeOnItsOwn) {
  std::set<std::string_view> seen;
  for (const SpecialRange& row : special_ranges()) {
    ASSERT_TRUE(parse_prefix(row.cidr).has_value()) << row.cidr;
    EXPECT_TRUE(seen.insert(row.cidr).second) << row.cidr;
  }
}

// A narrower row behind a wider one would never be told.
TEST(SpecialRanges, NarrowerRowsStandBeforeWiderOnes) {
  const auto rows = special_ranges();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Prefix narrow = parse_prefix(rows[i].cidr).value();
    for (std::size_t j = 0; j < i; ++j) {
      const Prefix before = parse_prefix(rows[j].cidr).value();
      EXPECT_FALSE(holds(before, narrow)) << rows[i].cidr << " behind " << rows[j].cidr;
    }
  }
}

}  // namespace
}  // namespace turnpike
