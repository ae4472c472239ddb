// The order of the checks that all methods share: authentication, unknown attributes, malformed
// ones, and only then the method's own.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using stun::Method;

void unknown_and_malformed(TestRequest& request) {
  request.raw(0x7000, {}).raw(0x000d, {1});
}

void malformed(TestRequest& request) {
  request.raw(0x000d, {1});
}

TEST(OnRequest, AuthenticationComesFirst) {
  World world;
  Client& client = world.client();
  client.try_call(Method::kRefresh);
  client.password = "wrong";
  EXPECT_EQ(client.call(Method::kRefresh, unknown_and_malformed).error, 401);
}

TEST(OnRequest, UnknownAttributesComeBeforeMalformedOnes) {
  World world;
  Client& client = world.client();
  EXPECT_EQ(client.call(Method::kRefresh, unknown_and_malformed).error, 420);
  EXPECT_EQ(client.call(Method::kRefresh, malformed).error, 400);
  EXPECT_EQ(client.call(Method::kRefresh).error, 437);
}

TEST(OnRequest, ClassicMessagesAreForBindingOnly) {
  World world([](turn::Policy& policy) { policy.classic_stun = true; });
  stun::TransactionId id = transaction(1);
  id.cookie = 7;
  Client& client = world.client();
  EXPECT_TRUE(
      client.exchange(TestRequest(stun::MessageClass::kRequest, Method::kBinding, id).bytes()));
  EXPECT_FALSE(
      client.exchange(TestRequest(stun::MessageClass::kRequest, Method::kAllocate, id).bytes()));
  EXPECT_EQ(world.dropped(turn::DropReason::kUnknownMethod), 1U);
}

}  // namespace
}  // namespace turnpike::test
