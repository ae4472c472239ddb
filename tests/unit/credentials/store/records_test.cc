#include "credentials/store/records.h"

#include <gtest/gtest.h>

#include "credentials/store/memory_store.h"

namespace turnpike::credentials {
namespace {

/// The store's rows are not what the records expect.
class OddStore final : public Store {
 public:
  std::string_view name() const override { return "odd"; }
  StoreResult<void> prepare() override { return {}; }
  StoreResult<void> put(Table, std::span<const Row>) override { return {}; }
  StoreResult<std::uint64_t> erase(Table, const Match&) override { return 0; }
  StoreResult<std::uint64_t> erase_below(Table, std::size_t, std::int64_t) override { return 0; }
  StoreResult<std::vector<Row>> select(Table, const Match&, std::size_t) override { return rows; }
  std::unique_ptr<ChangeFeed> changes() override { return nullptr; }
  std::vector<Row> rows;
};

TEST(Records, EveryRecordFitsItsTableAndComesBack) {
  const auto store = open_memory_store("records");
  const OauthKeyRecord key{"kid", Secret("aWtt"), 1234567890123, 86400, "A256GCM", "r"};
  const CredentialRecord credential{"1:s:u", "u", "s", "caller", "https://o", "call", 5, 9};
  const Revocation rule{RevocationKind::kPrefix, "s", 9, 5, "left"};
  ASSERT_TRUE(store->put(Table::kOauthKey, to_row(key)));
  ASSERT_TRUE(store->put(Table::kCredential, to_row(credential)));
  ASSERT_TRUE(store->put(Table::kRevocation, to_row(rule)));
  ASSERT_TRUE(store->put(Table::kAdmin, to_row(AdminRecord{"root", "", Secret("$5$x$y")})));
  ASSERT_TRUE(store->put(Table::kApiKey, to_row(ApiKeyRecord{"id", "hash", "{}"})));
  ASSERT_TRUE(store->put(Table::kOrigin, to_row(OriginRecord{"https://o:443", "r"})));
  ASSERT_TRUE(store->put(Table::kRealmOption, to_row(RealmOptionRecord{"r", "max-bps", 7})));

  const OauthKeyRecord key_back = list_oauth_keys(*store)->at(0);
  EXPECT_EQ(key_back.timestamp_s, key.timestamp_s);
  EXPECT_EQ(key_back.lifetime_s, key.lifetime_s);
  EXPECT_EQ(key_back.ikm_key.reveal(), "aWtt");
  const CredentialRecord credential_back = list_credentials(*store, {}, 10)->at(0);
  EXPECT_EQ(to_row(credential_back), to_row(credential));
  EXPECT_EQ(list_revocations(*store)->at(0), rule);
  EXPECT_EQ(list_admins(*store)->at(0).password.reveal(), "$5$x$y");
  EXPECT_EQ(list_api_keys(*store)->at(0).policy, "{}");
  EXPECT_EQ(list_origins(*store, "r")->at(0).origin, "https://o:443");
  EXPECT_EQ(list_realm_options(*store, std::nullopt)->at(0).value, 7U);
}

TEST(Records, RowsThatMakeNoSenseAreAnError) {
  OddStore store;
  store.rows = {{"only one column"}};
  EXPECT_EQ(list_users(store, std::nullopt).error().failure, StoreFailure::kBadData);
  EXPECT_EQ(list_revocations(store).error().failure, StoreFailure::kBadData);
  store.rows = {{"planet", "v", "1", "1", ""}};
  EXPECT_EQ(list_revocations(store).error().failure, StoreFailure::kBadData);
}

}  // namespace
}  // namespace turnpike::credentials
