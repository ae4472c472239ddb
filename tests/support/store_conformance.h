// What every store promises (credentials/store/store.h), as one test suite that each store's own
// test instantiates with its server: INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance, …).
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "credentials/store/store.h"

namespace turnpike::credentials {

struct StoreUnderTest {
  std::string name;
  /// Opens the store that a test's earlier calls opened too.
  std::function<std::unique_ptr<Store>()> open;
  /// Why it cannot run here; empty when it can.
  std::function<std::string()> missing = [] { return std::string(); };
};

/// Starts from an empty store: every table is erased first.
class StoreConformance : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override;
  Store& store() { return *store_; }
  std::unique_ptr<Store> store_;
};

}  // namespace turnpike::credentials
