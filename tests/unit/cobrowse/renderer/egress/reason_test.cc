#include "cobrowse/renderer/egress/reason.h"

#include <gtest/gtest.h>

#include <set>

namespace turnpike::egress {
namespace {

TEST(Reason, EachHasANameOfItsOwnAnErrorStatusAndASentence) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Reason::kCount); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_TRUE(names.insert(reason_name(reason)).second) << reason_name(reason);
    EXPECT_EQ(reason_name(reason).find_first_not_of("abcdefghijklmnopqrstuvwxyz_"),
              std::string_view::npos);
    EXPECT_GE(reason_status(reason), 400U) << reason_name(reason);
    EXPECT_LT(reason_status(reason), 600U) << reason_name(reason);
    EXPECT_TRUE(reason_text(reason).ends_with('.')) << reason_name(reason);
  }
}

// A rule that was applied is no accident, and the other way round.
TEST(Reason, RefusalsAndOnlyThoseAreForbidden) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Reason::kCount); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_EQ(is_refusal(reason), reason_status(reason) == 403) << reason_name(reason);
  }
}

}  // namespace
}  // namespace turnpike::egress
