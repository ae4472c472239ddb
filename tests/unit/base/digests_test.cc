// equal_constant_time compares whole strings; that it takes constant time is seen in its code, not
// here.
#include "base/digests.h"

#include <gtest/gtest.h>

#include <string>

namespace turnpike {
namespace {

TEST(EqualConstantTime, EqualAndEmpty) {
  EXPECT_TRUE(equal_constant_time(as_bytes("secret"), as_bytes("secret")));
  EXPECT_TRUE(equal_constant_time({}, {}));
}

TEST(EqualConstantTime, OtherLength) {
  EXPECT_FALSE(equal_constant_time(as_bytes("secret"), as_bytes("secre")));
  EXPECT_FALSE(equal_constant_time(as_bytes("secret"), {}));
}

TEST(EqualConstantTime, EverySingleBitIsSeen) {
  const std::string value = "0123456789abcdef0123";
  for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
    std::string other = value;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(equal_constant_time(as_bytes(value), as_bytes(other))) << bit;
  }
}

TEST(EqualConstantTime, DifferencesDoNotCancel) {
  EXPECT_FALSE(equal_constant_time(as_bytes("\x01\x01"), as_bytes("\x02\x02")));
}

}  // namespace
}  // namespace turnpike
