#include "credentials/store/open_store.h"

#include <gtest/gtest.h>

namespace turnpike::credentials {
namespace {

TEST(OpenStore, OpensTheStoreInMemory) {
  const auto store = open_store({.kind = StoreKind::kMemory, .connection = Secret("open-store")});
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->name(), "memory");
}

TEST(OpenStore, EveryKindHasAName) {
  EXPECT_EQ(store_kind_name(StoreKind::kMemory), "memory");
  EXPECT_EQ(store_kind_name(StoreKind::kSqlite), "sqlite");
  EXPECT_EQ(store_kind_name(StoreKind::kPostgresql), "postgresql");
  EXPECT_EQ(store_kind_name(StoreKind::kMysql), "mysql");
  EXPECT_EQ(store_kind_name(StoreKind::kMongo), "mongodb");
  EXPECT_EQ(store_kind_name(StoreKind::kRedis), "redis");
}

}  // namespace
}  // namespace turnpike::credentials
