#include "credentials/store/mongo_store.h"

#include <gtest/gtest.h>

#include "credentials/store/open_store.h"
#include "credentials/store/records.h"
#include "tests/support/mongo_server.h"
#include "tests/support/store_conformance.h"

namespace turnpike::credentials {
namespace {

using ::turnpike::testing::MongoServer;

std::unique_ptr<Store> open_at(const std::string& uri) {
  auto store = open_store({.kind = StoreKind::kMongo, .connection = Secret(uri)});
  EXPECT_TRUE(store) << store.error().text;
  return std::move(*store);
}

std::unique_ptr<Store> open_conformance() {
  static const MongoServer server;
  return open_at(server.uri("conformance"));
}

INSTANTIATE_TEST_SUITE_P(Mongo, StoreConformance,
                         ::testing::Values(StoreUnderTest{"mongodb", open_conformance}));

TEST(MongoStore, AnOriginBelongsToOneRealm) {
  const MongoServer server;
  const auto store = open_at(server.uri("coturn"));
  ASSERT_TRUE(store->put(Table::kOrigin, Row{"https://h:443", "one"}));
  ASSERT_TRUE(store->put(Table::kOrigin, Row{"https://h:443", "two"}));
  const auto origins = list_origins(*store, std::nullopt);
  ASSERT_TRUE(origins) << origins.error().text;
  ASSERT_EQ(origins->size(), 1U);
  EXPECT_EQ(origins->front().realm, "two");
  EXPECT_FALSE(store->put(Table::kRealmOption, Row{"r", "$where", "1"}));
}

TEST(MongoStore, OneRealmDocumentHoldsAll) {
  const MongoServer server;
  const auto store = open_at(server.uri("coturn"));
  ASSERT_TRUE(store->put(Table::kAllowedPeer, Row{"r", "10.0.0.1"}));
  ASSERT_TRUE(store->put(Table::kDeniedPeer, Row{"r", "10.0.0.2"}));
  ASSERT_TRUE(store->put(Table::kRealmOption, Row{"r", "max-bps", "9"}));
  EXPECT_EQ(store->erase(Table::kRealmOption, {{0, "r"}}), 1U);
  EXPECT_EQ(list_peer_ranges(*store, Table::kAllowedPeer, "r")->size(), 1U);
  EXPECT_EQ(list_peer_ranges(*store, Table::kDeniedPeer, "r")->front().range, "10.0.0.2");
}

TEST(MongoStore, AServerThatIsAwayIsUnavailable) {
  MongoServer server;
  auto store = open_mongo_store(server.uri("coturn"), milliseconds(500));
  ASSERT_TRUE((*store)->prepare());
  server.stop();
  const auto down = list_users(**store, "r");
  ASSERT_FALSE(down);
  EXPECT_EQ(down.error().failure, StoreFailure::kUnavailable) << down.error().text;
}

TEST(MongoStore, AWrongUriIsRefusedAndNotShown) {
  for (const char* uri : {"mongodb://user:hush@@host", "http://hush", ""}) {
    const auto store = open_mongo_store(uri, milliseconds(500));
    ASSERT_FALSE(store) << uri;
    EXPECT_EQ(store.error().failure, StoreFailure::kRefused);
    EXPECT_EQ(store.error().text.find("hush"), std::string::npos) << store.error().text;
  }
}

}  // namespace
}  // namespace turnpike::credentials
