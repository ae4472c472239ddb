#include "cobrowse/renderer/page_sound.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::renderer {
namespace {

constexpr auto kNobody = [](const sound::SoundPtr&) {};

TEST(PageSound, IsThereOnlyWhereItIsWantedAndThereIsABrowser) {
  Orders orders;
  const auto without = open_page_sound(orders, "/nonexistent", kNobody);
  ASSERT_TRUE(without) << without.error();
  EXPECT_EQ(*without, nullptr);
  orders.audio = true;
  orders.capture = CaptureKind::kTest;
  const auto test = open_page_sound(orders, "/nonexistent", kNobody);
  ASSERT_TRUE(test) << test.error();
  EXPECT_EQ(*test, nullptr);
}

TEST(PageSound, SaysWhyItCannotBe) {
  Orders orders;
  orders.audio = true;
  // Beside this test's program is no plugin, so that is what is missing.
  EXPECT_THAT(open_page_sound(orders, "/nonexistent", kNobody).error(),
              testing::HasSubstr("sound"));
}

}  // namespace
}  // namespace turnpike::renderer
