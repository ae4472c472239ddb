#include "credentials/admin/turnadmin_lists.h"

#include <gtest/gtest.h>

#include "credentials/store/memory_store.h"
#include "credentials/store/records.h"

namespace turnpike::admin {
namespace {

using credentials::Table;

class Lists : public ::testing::Test {
 protected:
  Lists() {
    const auto put = [this](Table table, const credentials::Row& row) {
      ASSERT_TRUE(store_->put(table, row));
    };
    put(Table::kUser, to_row(credentials::UserRecord{"a.org", "alice", Secret("ab12")}));
    put(Table::kUser, to_row(credentials::UserRecord{"b.org", "b\"ob", Secret("cd34")}));
    put(Table::kSecret, to_row(credentials::SecretRecord{"a.org", Secret("s3cret")}));
    put(Table::kOrigin, to_row(credentials::OriginRecord{"https://a.org:443", "a.org"}));
    put(Table::kRealmOption, to_row(credentials::RealmOptionRecord{"a.org", "max-bps", 100}));
    put(Table::kAdmin, to_row(credentials::AdminRecord{"root", "", Secret("$5$x")}));
    put(Table::kAdmin, to_row(credentials::AdminRecord{"sub", "a.org", Secret("$5$x")}));
    put(Table::kAllowedPeer, to_row(credentials::PeerRangeRecord{"", "192.0.2.7"}));
    put(Table::kDeniedPeer, to_row(credentials::PeerRangeRecord{"a.org", "10.0.0.0/8"}));
    credentials::CredentialRecord given;
    given.username = "60:s1:alice";
    given.user = "alice";
    given.session = "s1";
    given.caller = "shop";
    given.origin = "https://a.org";
    given.call_id = "c1";
    given.issued_s = 50;
    given.expires_s = 60;
    put(Table::kCredential, to_row(given));
  }

  std::string text_of(Option command, std::map<Option, std::string> values = {}) {
    Line line{.command = command, .values = {}};
    for (const auto& [option, value] : values) line.values.emplace(option, Secret(value));
    const auto text = list(line, *store_);
    EXPECT_TRUE(text);
    return text.value_or("");
  }
  std::string json_of(Option command) { return text_of(command, {{Option::kJson, ""}}); }

  std::unique_ptr<credentials::Store> store_ = credentials::open_memory_store(
      ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(Lists, AreCoturnsLines) {
  EXPECT_EQ(text_of(Option::kListUsers), "alice[a.org]\nb\"ob[b.org]\n");
  EXPECT_EQ(text_of(Option::kShowSecrets), "s3cret[a.org]\n");
  EXPECT_EQ(text_of(Option::kListOrigins), "https://a.org:443 ==>> a.org\n");
  EXPECT_EQ(text_of(Option::kListOptions), "max-bps[a.org]=100\n");
  EXPECT_EQ(text_of(Option::kListAdmins), "root\nsub[a.org]\n");
  EXPECT_EQ(text_of(Option::kListAllowed), "192.0.2.7\n");
  EXPECT_EQ(text_of(Option::kListDenied), "10.0.0.0/8[a.org]\n");
  EXPECT_EQ(text_of(Option::kListCredentials), "60:s1:alice\talice\ts1\tshop\t50\t60\n");
}

TEST_F(Lists, AreOneJsonArray) {
  EXPECT_EQ(json_of(Option::kListUsers),
            R"([{"user":"alice","realm":"a.org"},{"user":"b\"ob","realm":"b.org"}])"
            "\n");
  EXPECT_EQ(json_of(Option::kShowSecrets), "[{\"secret\":\"s3cret\",\"realm\":\"a.org\"}]\n");
  EXPECT_EQ(json_of(Option::kListOrigins),
            "[{\"origin\":\"https://a.org:443\",\"realm\":\"a.org\"}]\n");
  EXPECT_EQ(json_of(Option::kListOptions),
            "[{\"option\":\"max-bps\",\"realm\":\"a.org\",\"value\":100}]\n");
  EXPECT_EQ(json_of(Option::kListAdmins),
            R"([{"user":"root","realm":""},{"user":"sub","realm":"a.org"}])"
            "\n");
  EXPECT_EQ(json_of(Option::kListAllowed), "[{\"range\":\"192.0.2.7\",\"realm\":\"\"}]\n");
  EXPECT_EQ(json_of(Option::kListDenied), "[{\"range\":\"10.0.0.0/8\",\"realm\":\"a.org\"}]\n");
  EXPECT_EQ(json_of(Option::kListCredentials),
            R"([{"username":"60:s1:alice","user":"alice","session":"s1","caller":"shop",)"
            R"("origin":"https://a.org","call_id":"c1","issued":50,"expires":60}])"
            "\n");
}

TEST_F(Lists, OfOneRealmOrOneUser) {
  EXPECT_EQ(text_of(Option::kListUsers, {{Option::kRealm, "a.org"}}), "alice[a.org]\n");
  const std::map<Option, std::string> nobody = {{Option::kUser, "bob"}, {Option::kJson, ""}};
  EXPECT_EQ(text_of(Option::kListCredentials, nobody), "[]\n");
  EXPECT_EQ(text_of(Option::kListCredentials, {{Option::kSession, "s2"}}), "");
}

}  // namespace
}  // namespace turnpike::admin
