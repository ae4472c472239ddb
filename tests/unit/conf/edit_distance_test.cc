#include "conf/edit_distance.h"

#include <gtest/gtest.h>

namespace turnpike::conf {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsAndReplacements) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("realm", "realm"), 0u);
  EXPECT_EQ(edit_distance("realm", "relm"), 1u);
  EXPECT_EQ(edit_distance("realm", "reaalm"), 1u);
  EXPECT_EQ(edit_distance("realm", "rexlm"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(EditDistance, CaseAndDashesAreEqual) {
  EXPECT_EQ(edit_distance("Tls-Key", "tls_key"), 0u);
}

}  // namespace
}  // namespace turnpike::conf
