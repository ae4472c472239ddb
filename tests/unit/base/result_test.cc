// fail() makes the error side of any Result with that error.
#include "base/result.h"

#include <gtest/gtest.h>

#include <string>

namespace turnpike {
namespace {

enum class Trouble { kSmall, kBig };

Result<int, Trouble> half(int n) {
  if (n % 2 != 0) return fail(Trouble::kBig);
  return n / 2;
}

TEST(Result, HoldsAValueOrAReason) {
  EXPECT_EQ(half(8).value(), 4);
  ASSERT_FALSE(half(7));
  EXPECT_EQ(half(7).error(), Trouble::kBig);
}

TEST(Result, FailTakesNamedErrorsToo) {
  const Trouble trouble = Trouble::kSmall;
  const Result<std::string, Trouble> result = fail(trouble);
  EXPECT_EQ(result.error(), Trouble::kSmall);
}

}  // namespace
}  // namespace turnpike
