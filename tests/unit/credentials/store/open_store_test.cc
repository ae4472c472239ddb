#include "credentials/store/open_store.h"

#include <gtest/gtest.h>

namespace turnpike::credentials {
namespace {

TEST(OpenStore, OpensTheStoreInMemory) {
  const auto store = open_store({.kind = StoreKind::kMemory, .connection = Secret("open-store")});
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->name(), "memory");
}

TEST(OpenStore, OpensSqlStoresWithoutConnecting) {
  const std::string nowhere = "host=127.0.0.1 port=1 dbname=x user=y password=z";
  for (const StoreKind kind : {StoreKind::kSqlite, StoreKind::kPostgresql, StoreKind::kMysql}) {
    EXPECT_TRUE(open_store({.kind = kind, .connection = Secret(nowhere)})) << store_kind_name(kind);
  }
  EXPECT_TRUE(open_store(
      {.kind = StoreKind::kPostgresql, .connection = Secret("postgresql://u:p@127.0.0.1/db")}));
}

TEST(OpenStore, RefusesAConnectionStringWithoutShowingIt) {
  for (const StoreKind kind : {StoreKind::kPostgresql, StoreKind::kMysql}) {
    const auto store =
        open_store({.kind = kind, .connection = Secret("dbname=x password=a s3cret")});
    ASSERT_FALSE(store) << store_kind_name(kind);
    EXPECT_EQ(store.error().failure, StoreFailure::kRefused);
    EXPECT_EQ(store.error().text.find("s3cret"), std::string::npos) << store.error().text;
  }
  EXPECT_FALSE(open_store({.kind = StoreKind::kSqlite, .connection = Secret("")}));
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
