#include "credentials/server/service_world.h"

#include <gmock/gmock.h>

#include "credentials/store/memory_store.h"
#include "tests/unit/credentials/server/test_plan.h"
#include "tests/unit/service/fake_relay.h"
#include "tests/unit/service/temp_folder.h"

namespace turnpike::credentials {
namespace {

using testing::Contains;
using testing::HasSubstr;

const Revocation kAlice{RevocationKind::kUser, "alice", 2'000'000'000, 1, "left"};

TEST(ServiceWorld, WhatWasIssuedIsListedAtOnce) {
  const auto world = ServiceWorld::open(test_plan("world_1"));
  ASSERT_TRUE(world) << world.error();
  ASSERT_TRUE((*world)->record({.username = "2000000000:s1:bob",
                                .user = "s1:bob",
                                .session = "s1",
                                .caller = "shop",
                                .origin = std::string(1000, 'o'),
                                .call_id = "c",
                                .issued_s = 1,
                                .expires_s = 2'000'000'000}));
  const auto found = (*world)->issued({.session = "s1"});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->at(0).username, "2000000000:s1:bob");
  EXPECT_EQ(found->at(0).origin.size(), 255u) << "cut to its column";
  EXPECT_TRUE((*world)->issued({.session = "s2"})->empty());
}

TEST(ServiceWorld, ARevocationIsStoredToldAndLifted) {
  service::TempFolder folder;
  service::FakeAdmin admin(folder.file("admin"), "1");
  ServicePlan plan = test_plan("world_2");
  plan.watches[0].admin_socket = folder.file("admin");
  const auto world = ServiceWorld::open(plan);
  ASSERT_TRUE(world);
  ASSERT_TRUE((*world)->revoke({kAlice}));
  EXPECT_THAT(admin.told(), Contains(HasSubstr("\"value\":\"alice\"")));
  EXPECT_TRUE((*world)->revocation_of("2000000000:alice"));
  EXPECT_FALSE((*world)->revocation_of("2000000000:bob"));
  const auto store = open_memory_store("world_2");
  EXPECT_EQ(list_revocations(*store)->size(), 1u);
  EXPECT_TRUE(*(*world)->lift(RevocationKind::kUser, "alice"));
  EXPECT_FALSE(*(*world)->lift(RevocationKind::kUser, "alice"));
  EXPECT_FALSE((*world)->revocation_of("2000000000:alice"));
  EXPECT_THAT(admin.told(), Contains("DELETE kind=user&value=alice"));
}

TEST(ServiceWorld, LearnsWhatAnotherServiceRevoked) {
  const auto first = ServiceWorld::open(test_plan("world_3"));
  const auto second = ServiceWorld::open(test_plan("world_3"));
  ASSERT_TRUE((*first)->revoke({kAlice}));
  for (int i = 0; i < 1000 && !(*second)->revocation_of("2000000000:alice"); ++i) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_TRUE((*second)->revocation_of("2000000000:alice"));
}

TEST(ServiceWorld, RemembersRevocationsOverAStart) {
  const auto keep = open_memory_store("world_4");
  ASSERT_TRUE((*ServiceWorld::open(test_plan("world_4")))->revoke({kAlice}));
  EXPECT_TRUE((*ServiceWorld::open(test_plan("world_4")))->revocation_of("2000000000:alice"));
}

TEST(ServiceWorld, KnowsItsKeys) {
  const auto world = ServiceWorld::open(test_plan("world_5"));
  EXPECT_TRUE((*world)->find_key("shop"));
  EXPECT_FALSE((*world)->find_key("sho"));
  EXPECT_FALSE((*world)->find_certificate("CN=x"));
  EXPECT_TRUE((*world)->is_relay_usable(0));
  EXPECT_FALSE((*world)->is_relay_usable(1));
}

TEST(ServiceWorld, KeysOfTheStoreAreKeys) {
  const auto first = ServiceWorld::open(test_plan("world_7"));
  const auto second = ServiceWorld::open(test_plan("world_7"));
  const api::StoredKey key{.id = "desk", .secret_hash = {1, 2, 3}, .policy = R"({"per_day":5})"};
  EXPECT_TRUE(*(*first)->add_key(key));
  EXPECT_FALSE(*(*first)->add_key(key));
  EXPECT_FALSE(*(*first)->add_key({.id = "shop", .secret_hash = {}, .policy = "{}"}))
      << "the configuration has it";
  const auto found = (*first)->find_key("desk");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->secret_hash, key.secret_hash);
  EXPECT_EQ(found->caller.policy.per_day, 5u);
  for (int i = 0; i < 1000 && !(*second)->find_key("desk"); ++i) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_TRUE((*second)->find_key("desk"));
  EXPECT_EQ((*second)->stored_keys()->at(0).policy, key.policy);
  EXPECT_TRUE(*(*first)->remove_key("desk"));
  EXPECT_FALSE(*(*first)->remove_key("desk"));
  const auto store = open_memory_store("world_7");
  const ApiKeyRecord broken{.id = "odd", .hash = "sha256:zz", .policy = "{}"};
  ASSERT_TRUE(store->put(Table::kApiKey, to_row(broken)));
  const auto third = ServiceWorld::open(test_plan("world_7"));
  EXPECT_FALSE((*third)->find_key("odd"));
}

TEST(ServiceWorld, WeeksBeginOnMonday) {
  const auto world = ServiceWorld::open(test_plan("world_8"));
  const auto time = (*world)->local_time(WallTime(seconds(1767182400)));  // Wednesday, noon in UTC
  EXPECT_GE(time.weekday, 2);
  EXPECT_LE(time.weekday, 3);  // wherever this runs
  EXPECT_EQ(time.minute % 15, 0);
}

TEST(ServiceWorld, WithoutKeysForThemNoTokensAreTaken) {
  service::TempFolder folder;
  ServicePlan plan = test_plan("world_9");
  EXPECT_EQ((*ServiceWorld::open(plan))->check_token("a.b.c", {}).error(), "none are taken here");
  plan.jwks.file = folder.file("jwks.json");
  EXPECT_THAT(ServiceWorld::open(plan).error(), HasSubstr("jwt.jwks_file"));
}

TEST(ServiceWorld, AuditsIntoTheChain) {
  service::TempFolder folder;
  ServicePlan plan = test_plan("world_6");
  plan.audit_file = folder.file("audit");
  {
    const auto world = ServiceWorld::open(plan);
    ASSERT_TRUE(world) << world.error();
    (*world)->audit({"mint", "shop", "2:alice", "192.0.2.1", "", ""});
    const auto next = ServiceWorld::open(plan, (*world)->running(plan));
    (*world)->audit({"mint", "shop", "2:bob", "192.0.2.1", "", ""});
    (*next)->audit({"mint", "shop", "2:carol", "192.0.2.1", "", ""});
  }
  EXPECT_EQ(service::verify_audit(plan.audit_file, crypto::OpensslDigests())->lines, 3u);
  plan.audit_file = folder.file("no/audit");
  EXPECT_THAT(ServiceWorld::open(plan).error(), HasSubstr("audit_file"));
}

}  // namespace
}  // namespace turnpike::credentials
