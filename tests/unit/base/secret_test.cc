// A secret moves and copies like a string, is wiped where it leaves, and cannot be printed.
#include "base/secret.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

namespace turnpike {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!Printable<Secret>);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);

const std::string kLong(100, 's');  // longer than what a string keeps inside itself

TEST(Secret, RevealsWhatItWasGiven) {
  const Secret secret(kLong);
  EXPECT_EQ(secret.reveal(), kLong);
  EXPECT_EQ(as_text(secret.reveal_bytes()), kLong);
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret().empty());
}

TEST(Secret, CopiesAreIndependent) {
  Secret first(kLong);
  Secret second = first;
  first = Secret("other");
  EXPECT_EQ(second.reveal(), kLong);
  EXPECT_EQ(first.reveal(), "other");
  const Secret& alias = second;
  second = alias;
  EXPECT_EQ(second.reveal(), kLong);
}

TEST(Secret, MovingEmptiesTheSource) {
  Secret first(kLong);
  Secret second = std::move(first);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_EQ(second.reveal(), kLong);
  Secret third("old");
  third = std::move(second);
  EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(third.reveal(), kLong);
}

TEST(Secret, MovingWipesTheBytesOfTheSource) {
  Secret first("0123456789");  // short enough to live inside the string, so the memory stays ours
  const char* const memory = first.reveal().data();
  const Secret second = std::move(first);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(memory[i], '\0');
  EXPECT_EQ(second.reveal(), "0123456789");
}

}  // namespace
}  // namespace turnpike
