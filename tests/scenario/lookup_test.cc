// Users in a store: the core asks, the shell answers later, and nobody waits inside.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using credentials::DirectoryAnswer;
using credentials::PasswordAlgorithm;
using credentials::Refusal;
using stun::Method;
using turn::AuthFailure;

constexpr auto kKnown = DirectoryAnswer::Kind::kKnown;
constexpr auto kNotAsked = DirectoryAnswer::Kind::kNotAsked;
constexpr auto kUnavailable = DirectoryAnswer::Kind::kUnavailable;

DirectoryAnswer known(World& world, std::string_view user, std::string_view password) {
  return {kKnown, long_term_key(world.digests, PasswordAlgorithm::kMd5, user, kRealm, password)};
}

/// A client that is in no config, with a challenge in its hands.
Client& stranger(World& world, const char* address = "45.33.1.1:40000") {
  Client& client = world.client(address, Transport::kUdp, "carol");
  client.password = "pw";
  const auto challenge = client.exchange(
      TestRequest(stun::MessageClass::kRequest, Method::kAllocate, transaction(1)).bytes());
  client.realm = *challenge->realm;
  client.nonce = *challenge->nonce;
  return client;
}

std::vector<std::uint8_t> allocate_request(Client& client, std::uint64_t id = 77) {
  return client.signed_request(Method::kAllocate, transaction(id),
                               [](TestRequest& request) { request.transport(kUdp); });
}

TEST(Lookup, NothingIsAnsweredUntilTheStoreHasAnswered) {
  World world;
  world.directory.otherwise = kNotAsked;
  Client& client = stranger(world);
  const auto request = allocate_request(client);
  EXPECT_FALSE(client.exchange(request));
  EXPECT_EQ(world.seen.lookups, std::vector<std::string>{"carol"});
  EXPECT_TRUE(world.seen.opens.empty());

  world.directory.users["carol"] = known(world, "carol", "pw");
  const auto reply = client.exchange(request);
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->success());
  EXPECT_TRUE(reply->signed_with(world.digests, client.key().view()));
  EXPECT_EQ(world.seen.lookups.size(), 1U);
}

TEST(Lookup, AUserWhoIsNotThereIsRefusedAsAnyOther) {
  World world;
  world.directory.otherwise = kNotAsked;
  Client& client = stranger(world);
  EXPECT_FALSE(client.exchange(allocate_request(client)));
  world.directory.otherwise = DirectoryAnswer::Kind::kNoSuchUser;
  const auto reply = client.exchange(allocate_request(client));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->error, 401);
  EXPECT_EQ(world.seen.answers.back().refusal, Refusal::kUnknownUser);
}

TEST(Lookup, AWrongPasswordOfAUserInTheStoreIs401) {
  World world;
  Client& client = stranger(world);
  world.directory.users["carol"] = known(world, "carol", "another");
  EXPECT_EQ(client.exchange(allocate_request(client))->error, 401);
  EXPECT_EQ(world.seen.answers.back().refusal, Refusal::kWrongPassword);
}

TEST(Lookup, NobodyIsLookedUpWhoHasNotProvenHisAddress) {
  World world;
  world.directory.otherwise = kNotAsked;
  Client& client = stranger(world);
  Client& elsewhere = world.client("45.33.9.9:1", Transport::kUdp, "carol");
  elsewhere.password = "pw";
  elsewhere.realm = client.realm;
  elsewhere.nonce = client.nonce;  // good for another address only
  EXPECT_EQ(elsewhere.exchange(allocate_request(elsewhere))->error, 438);
  world.jump_wall_clock(seconds(3600));
  EXPECT_EQ(client.exchange(allocate_request(client))->error, 438);
  EXPECT_TRUE(world.seen.lookups.empty());
}

TEST(Lookup, UsersOfTheConfigAndTimedNamesNeedNoStore) {
  World world;
  world.directory.otherwise = kNotAsked;
  EXPECT_TRUE(world.client("45.33.1.1:1").allocate().success());
  Client& timed = world.client("45.33.1.1:2", Transport::kUdp, "1767229200:dave");
  timed.password = "wrong";
  EXPECT_EQ(timed.allocate().error, 401);
  EXPECT_TRUE(world.seen.lookups.empty());
}

TEST(Lookup, WithoutAStoreToAskNewClientsHear500AndOldOnesGoOn) {
  World world;
  Client& client = stranger(world);
  world.directory.users["carol"] = known(world, "carol", "pw");
  EXPECT_TRUE(client.exchange(allocate_request(client))->success());

  world.directory.change();
  world.directory.users["carol"] = {kUnavailable, {}};
  EXPECT_TRUE(client.refresh().success());
  Client& second = stranger(world, "45.33.1.1:40001");
  const auto reply = second.exchange(allocate_request(second));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->error, 500);
  EXPECT_FALSE(reply->nonce);
  EXPECT_EQ(world.seen.answers.back().refusal, Refusal::kStoreUnavailable);
}

TEST(Lookup, NobodyNewComesInBeforeTheStoreHasToldWhatIsRevoked) {
  World world;
  Client& inside = world.client("45.33.1.1:1");
  EXPECT_TRUE(inside.allocate().success());
  world.directory.ready = false;
  EXPECT_EQ(world.client("45.33.1.1:2").allocate().error, 500);
  EXPECT_EQ(world.client("45.33.1.1:3", Transport::kUdp, "1767229200:dave").allocate().error, 500);
  EXPECT_TRUE(inside.refresh().success());
  world.directory.ready = true;
  EXPECT_TRUE(world.client("45.33.1.1:4").allocate().success());
}

TEST(Lookup, AUserWhoWasRemovedFromTheStoreIsRefusedAtHisNextRequest) {
  World world;
  Client& client = stranger(world);
  world.directory.users["carol"] = known(world, "carol", "pw");
  EXPECT_TRUE(client.exchange(allocate_request(client))->success());
  EXPECT_TRUE(client.refresh().success());

  world.directory.users.erase("carol");
  EXPECT_TRUE(client.refresh().success());  // nobody has told yet
  world.directory.change();
  EXPECT_EQ(client.refresh().error, 401);
}

TEST(Lookup, AfterAChangeTheUserIsLookedUpOnceMore) {
  World world;
  Client& client = stranger(world);
  world.directory.users["carol"] = known(world, "carol", "pw");
  EXPECT_TRUE(client.exchange(allocate_request(client))->success());
  world.directory.change();
  world.directory.users["carol"] = {kNotAsked, {}};
  EXPECT_FALSE(client.try_call(Method::kRefresh));
  EXPECT_EQ(world.seen.lookups.size(), 1U);
  world.directory.users["carol"] = known(world, "carol", "pw");
  EXPECT_TRUE(client.refresh().success());
  world.directory.users["carol"] = {kNotAsked, {}};
  EXPECT_TRUE(client.refresh().success());  // confirmed, and nothing changed since
}

}  // namespace
}  // namespace turnpike::test
