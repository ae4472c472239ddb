#include "credentials/store/memory_store.h"

#include <gtest/gtest.h>

#include "credentials/store/records.h"
#include "tests/support/store_conformance.h"

namespace turnpike::credentials {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, StoreConformance, [] {
  static const auto kept = open_memory_store("conformance");
  return ::testing::Values(
      StoreUnderTest{"memory", [] { return open_memory_store("conformance"); }});
}());

TEST(MemoryStore, NamesKeepRowsApart) {
  const auto one = open_memory_store("apart1");
  const auto two = open_memory_store("apart2");
  ASSERT_TRUE(one->put(Table::kSecret, to_row(SecretRecord{"r", Secret("s")})));
  EXPECT_TRUE(list_secrets(*two, std::nullopt)->empty());
}

TEST(MemoryStore, ItsRowsGoWithTheLastHandle) {
  auto one = open_memory_store("short-lived");
  ASSERT_TRUE(one->put(Table::kSecret, to_row(SecretRecord{"r", Secret("s")})));
  one.reset();
  EXPECT_TRUE(list_secrets(*open_memory_store("short-lived"), std::nullopt)->empty());
}

}  // namespace
}  // namespace turnpike::credentials
