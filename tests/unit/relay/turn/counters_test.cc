#include "relay/turn/counters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace turnpike::turn {
namespace {

bool is_label(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

template <class Enum, class LabelOf>
void expect_distinct_labels(LabelOf label_of) {
  std::set<std::string_view> seen;
  for (int i = 0; i < static_cast<int>(Enum::kCount); ++i) {
    const std::string_view label = label_of(static_cast<Enum>(i));
    EXPECT_TRUE(is_label(label)) << label;
    EXPECT_TRUE(seen.insert(label).second) << label;
  }
  EXPECT_EQ(label_of(Enum::kCount), "");
}

TEST(Counters, EveryDropReasonHasALabelOfItsOwn) {
  expect_distinct_labels<DropReason>(drop_reason_label);
  EXPECT_EQ(drop_reason_label(DropReason::kNoPermission), "no_permission");
}

TEST(Counters, EveryCountHasALabelOfItsOwn) {
  expect_distinct_labels<Count>(count_label);
  EXPECT_EQ(count_label(Count::kError401), "error_401");
}

TEST(Counters, CountEachRowByItself) {
  Counters counters;
  counters.drops.add(DropReason::kNoChannel);
  counters.counts.add(Count::kClientBytes, 172);
  counters.counts.add(Count::kClientBytes, 172);
  EXPECT_EQ(counters.drops.read(DropReason::kNoChannel), 1U);
  EXPECT_EQ(counters.drops.read(DropReason::kNoAllocation), 0U);
  EXPECT_EQ(counters.counts.read(Count::kClientBytes), 344U);
  EXPECT_EQ(counters.counts.read(Count::kClientPackets), 0U);
}

}  // namespace
}  // namespace turnpike::turn
