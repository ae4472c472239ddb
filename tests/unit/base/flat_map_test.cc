// The map with the keyed hasher: keys of the kinds it is used for.
#include "base/flat_map.h"

#include <gtest/gtest.h>

namespace turnpike {
namespace {

FiveTuple tuple(std::uint16_t port) {
  return {.client = {Endpoint{IpAddress::v4(0xc0000201), port}},
          .server = {Endpoint{IpAddress::v4(0xc6336401), 3478}},
          .transport = Transport::kUdp};
}

TEST(FlatMap, FindsWhatWasPutIn) {
  FlatMap<FiveTuple, int> map(0, KeyedHasher{{1, 2}});
  for (int i = 0; i < 5000; ++i) map.emplace(tuple(static_cast<std::uint16_t>(i)), i);
  EXPECT_EQ(map.size(), 5000U);
  for (int i = 0; i < 5000; ++i) {
    const auto row = map.find(tuple(static_cast<std::uint16_t>(i)));
    ASSERT_NE(row, map.end());
    EXPECT_EQ(row->second, i);
  }
  EXPECT_FALSE(map.contains(tuple(5000)));
  EXPECT_EQ(map.erase(tuple(17)), 1U);
  EXPECT_FALSE(map.contains(tuple(17)));
}

TEST(FlatMap, TransportIsPartOfTheKey) {
  FlatMap<FiveTuple, int> map(0, KeyedHasher{{1, 2}});
  FiveTuple tcp = tuple(1);
  tcp.transport = Transport::kTcp;
  map.emplace(tuple(1), 1);
  map.emplace(tcp, 2);
  EXPECT_EQ(map.at(tuple(1)), 1);
  EXPECT_EQ(map.at(tcp), 2);
}

}  // namespace
}  // namespace turnpike
