#include "relay/turn/allocation_table.h"

#include <gtest/gtest.h>

namespace turnpike::turn {
namespace {

ClientPath path(std::uint16_t port) {
  return {{ClientAddress{{IpAddress::v4(1, 2, 3, 4), port}},
           ServerAddress{{IpAddress::v4(5, 6, 7, 8), 3478}}, Transport::kUdp},
          0};
}

TEST(AllocationTable, FindsByTupleAndByHandle) {
  AllocationTable table({1, 2}, 10);
  EXPECT_EQ(table.find(path(1).tuple), nullptr);
  Allocation* made = table.create(path(1));
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(table.find(path(1).tuple), made);
  EXPECT_EQ(table.find(made->self), made);
  EXPECT_EQ(table.find(path(2).tuple), nullptr);
  EXPECT_TRUE(table.check_consistent());
}

TEST(AllocationTable, TransportAndServerCount) {
  AllocationTable table({1, 2}, 10);
  table.create(path(1));
  ClientPath other = path(1);
  other.tuple.transport = Transport::kTls;
  EXPECT_EQ(table.find(other.tuple), nullptr);
  other = path(1);
  other.tuple.server.value.port = 443;
  EXPECT_EQ(table.find(other.tuple), nullptr);
}

TEST(AllocationTable, IsBounded) {
  AllocationTable table({1, 2}, 2);
  Allocation* first = table.create(path(1));
  table.create(path(2));
  EXPECT_EQ(table.create(path(3)), nullptr);
  EXPECT_EQ(table.find(path(3).tuple), nullptr);
  table.erase(*first);
  EXPECT_NE(table.create(path(3)), nullptr);
  EXPECT_TRUE(table.check_consistent());
}

TEST(AllocationTable, AnOldHandleFindsNothing) {
  AllocationTable table({1, 2}, 1);
  Allocation* first = table.create(path(1));
  const AllocationHandle old = first->self;
  table.erase(*first);
  ASSERT_NE(table.create(path(2)), nullptr);
  EXPECT_EQ(table.find(old), nullptr);
}

TEST(AllocationTable, VisitsAll) {
  AllocationTable table({1, 2}, 100);
  for (std::uint16_t i = 0; i < 100; ++i) table.create(path(i));
  int count = 0;
  table.for_each([&](const Allocation&) { ++count; });
  EXPECT_EQ(count, 100);
}

}  // namespace
}  // namespace turnpike::turn
