// Every error reply is counted under its code, whoever gets it.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using turn::Count;

const Endpoint kPeer = endpoint("8.8.4.4:1000");

TEST(Answers, EachCodeHasItsCounter) {
  World world;
  Client& client = world.client();
  EXPECT_EQ(client.refresh().error, 437);  // and 401 before it
  EXPECT_EQ(client.allocate([](TestRequest& r) { r.family(9); }).error, 440);
  EXPECT_EQ(client.call(stun::Method::kAllocate).error, 400);
  EXPECT_EQ(client.call(stun::Method::kAllocate, [](TestRequest& r) { r.transport(6); }).error,
            442);
  EXPECT_EQ(client.allocate([](TestRequest& r) { r.raw(0x7000, {}); }).error, 420);
  EXPECT_EQ(client.allocate([](TestRequest& r) { r.token({}); }).error, 508);
  world.ledger.total_quota = 1;
  client.allocate();
  EXPECT_EQ(world.client("45.33.1.1:2").allocate().error, 486);
  EXPECT_EQ(client.permit(endpoint("10.0.0.9:1")).error, 403);
  EXPECT_EQ(client.permit(endpoint("[2a00:1450::9]:1")).error, 443);
  client.user = "bob";
  client.password = "builder";
  EXPECT_EQ(client.permit(kPeer).error, 441);
  client.nonce = "0123456789abcdef01234567";
  EXPECT_EQ(client.permit(kPeer).error, 438);
  for (const Count which : {Count::kError400, Count::kError403, Count::kError420, Count::kError437,
                            Count::kError438, Count::kError440, Count::kError441, Count::kError442,
                            Count::kError443, Count::kError486, Count::kError508}) {
    EXPECT_EQ(world.counted(which), 1U) << turn::count_label(which);
  }
  EXPECT_EQ(world.counted(Count::kError401), 2U);
}

TEST(Answers, ErrorsOfBindingAreCountedTwice) {
  World world;
  TestRequest request(stun::MessageClass::kRequest, stun::Method::kBinding, transaction(1));
  world.client().exchange(request.raw(0x7000, {}).bytes());
  EXPECT_EQ(world.counted(Count::kBindingRequests), 1U);
  EXPECT_EQ(world.counted(Count::kBindingErrors), 1U);
  EXPECT_EQ(world.counted(Count::kBindingResponses), 0U);
}

TEST(Answers, TheTrafficOfRequestsCountsAsUsage) {
  World world;
  Client& client = world.client();
  const auto allocated = client.allocate();
  const auto refreshed = client.refresh();
  client.refresh(0);
  const turn::Usage& total = world.seen.deleted.at(0).total;
  EXPECT_EQ(total.received_packets, 3U);
  EXPECT_EQ(total.sent_packets, 2U);  // the last reply comes after the end
  EXPECT_EQ(total.sent_bytes, allocated.bytes.size() + refreshed.bytes.size());
}

}  // namespace
}  // namespace turnpike::test
