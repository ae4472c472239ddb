// A failed CHECK ends the process and says where; a passed one does nothing, and evaluates its
// condition once.
#include "base/check.h"

#include <gtest/gtest.h>

namespace turnpike {
namespace {

TEST(CheckDeathTest, FailureNamesTheConditionAndTheFile) {
  const int value = 1;
  EXPECT_DEATH(CHECK(value == 2), "check_test.cc:.*CHECK failed: value == 2");
}

TEST(Check, EvaluatesOnce) {
  int calls = 0;
  CHECK(++calls == 1);
  EXPECT_EQ(calls, 1);
}

TEST(CheckDeathTest, DcheckIsACheckInDebugBuildsOnly) {
#ifdef NDEBUG
  int calls = 0;
  DCHECK(++calls == 5);
  EXPECT_EQ(calls, 0);
#else
  EXPECT_DEATH(DCHECK(1 == 2), "CHECK failed");
#endif
}

}  // namespace
}  // namespace turnpike
