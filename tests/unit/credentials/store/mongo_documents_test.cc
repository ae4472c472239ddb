#include "credentials/store/mongo_documents.h"

#include <gtest/gtest.h>

namespace turnpike::credentials {
namespace {

std::vector<Row> rows_in(Table table, const char* json) {
  bson_t* document = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json), -1, nullptr);
  auto rows = rows_of(table, document);
  bson_destroy(document);
  EXPECT_TRUE(rows) << rows.error().text;
  return rows ? *rows : std::vector<Row>{};
}

constexpr const char* kRealm = R"({"realm": "r", "origin": ["http://a:80", "https://b:443"],
  "options": {"max-bps": 5, "total-quota": {"$numberLong": "7"}, "user-quota": 3.0},
  "allowed_peer_ip": ["10.0.0.1"], "denied_peer_ip": []})";

TEST(MongoDocuments, CoturnsRealmDocument) {
  EXPECT_EQ(rows_in(Table::kOrigin, kRealm),
            (std::vector<Row>{{"http://a:80", "r"}, {"https://b:443", "r"}}));
  EXPECT_EQ(rows_in(Table::kRealmOption, kRealm),
            (std::vector<Row>{
                {"r", "max-bps", "5"}, {"r", "total-quota", "7"}, {"r", "user-quota", "3"}}));
  EXPECT_EQ(rows_in(Table::kAllowedPeer, kRealm), (std::vector<Row>{{"r", "10.0.0.1"}}));
  EXPECT_TRUE(rows_in(Table::kDeniedPeer, kRealm).empty());
  EXPECT_TRUE(rows_in(Table::kOrigin, R"({"realm": "r"})").empty());
}

TEST(MongoDocuments, FlatDocumentsMayLackFields) {
  EXPECT_EQ(rows_in(Table::kOauthKey, R"({"kid": "k", "timestamp": 12})"),
            (std::vector<Row>{{"k", "", "12", "0", "", ""}}));
  EXPECT_EQ(rows_in(Table::kAdmin, R"({"name": "n", "realm": null, "password": "p"})"),
            (std::vector<Row>{{"n", "", "p"}}));
}

TEST(MongoDocuments, FieldsOfOtherTypesAreErrors) {
  Document document, inner;
  document.add("realm", inner);
  const auto rows = rows_of(Table::kUser, document.get());
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().failure, StoreFailure::kBadData);
}

TEST(MongoDocuments, WhereAnEntryLives) {
  EXPECT_EQ(realm_field(Table::kRealmOption, {"r", "max-bps", "1"}), "options.max-bps");
  EXPECT_EQ(realm_entry(Table::kOrigin, {"o", "r"}).realm, "r");
  EXPECT_EQ(collection_of(Table::kDeniedPeer), "realm");
  EXPECT_EQ(collection_of(Table::kUser), "turnusers_lt");
}

}  // namespace
}  // namespace turnpike::credentials
