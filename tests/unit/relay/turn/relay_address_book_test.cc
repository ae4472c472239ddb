#include "relay/turn/relay_address_book.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>

namespace turnpike::turn {
namespace {

const IpAddress kPrivate = IpAddress::v4(10, 0, 0, 5);
const IpAddress kPublic = IpAddress::v4(198, 51, 100, 5);
const IpAddress kListener = IpAddress::v4(10, 0, 0, 6);
const IpAddress kStranger = IpAddress::v4(10, 0, 0, 7);

TEST(RelayAddressBook, KnowsBothFormsOfItsAddresses) {
  RelayAddressBook book;
  book.add_relay_address(kPrivate, kPublic);
  EXPECT_TRUE(book.is_own(kPrivate));
  EXPECT_TRUE(book.is_own(kPublic));
  EXPECT_FALSE(book.is_own(kStranger));
  EXPECT_EQ(book.to_internal(kPublic), kPrivate);
  EXPECT_EQ(book.to_internal(kPrivate), kPrivate);
  EXPECT_EQ(book.to_internal(kStranger), kStranger);
  EXPECT_EQ(book.to_advertised(kPrivate), kPublic);
  EXPECT_EQ(book.to_advertised(kPublic), kPublic);
  EXPECT_EQ(book.to_advertised(kStranger), kStranger);
}

TEST(RelayAddressBook, ReachesLivePortsOnly) {
  RelayAddressBook book;
  book.add_relay_address(kPrivate, kPublic);
  EXPECT_FALSE(book.is_reachable({kPrivate, 50000}));
  book.set_live({kPrivate, 50000}, true);
  EXPECT_TRUE(book.is_reachable({kPrivate, 50000}));
  EXPECT_TRUE(book.is_reachable({book.to_internal(kPublic), 50000}));
  EXPECT_FALSE(book.is_reachable({kPrivate, 50001}));
  EXPECT_FALSE(book.is_reachable({kPrivate, 49999}));
  EXPECT_FALSE(book.is_reachable({kStranger, 50000}));
  book.set_live({kPrivate, 50000}, false);
  EXPECT_FALSE(book.is_reachable({kPrivate, 50000}));
}

TEST(RelayAddressBook, EveryPortHasItsOwnBit) {
  RelayAddressBook book;
  book.add_relay_address(kPrivate, kPrivate);
  for (std::uint32_t port = 0; port < 65536; port += 3) {
    book.set_live({kPrivate, static_cast<std::uint16_t>(port)}, true);
  }
  for (std::uint32_t port = 0; port < 65536; ++port) {
    ASSERT_EQ(book.is_reachable({kPrivate, static_cast<std::uint16_t>(port)}), port % 3 == 0);
  }
}

TEST(RelayAddressBook, AddressesAndFamiliesDoNotShareBits) {
  const IpAddress v6 = IpAddress::parse("2001:db8::5").value();
  RelayAddressBook book;
  book.add_relay_address(kPrivate, kPublic);
  book.add_relay_address(kListener, kListener);
  book.add_relay_address(v6, v6);
  book.set_live({kPrivate, 50000}, true);
  EXPECT_FALSE(book.is_reachable({kListener, 50000}));
  EXPECT_FALSE(book.is_reachable({v6, 50000}));
}

// Security test 4: our own addresses are open to peers where allocations live, and nowhere else.
TEST(RelayAddressBook, ListenersAddressIsOursAndClosed) {
  RelayAddressBook book;
  book.add_other_address(kListener);
  EXPECT_TRUE(book.is_own(kListener));
  EXPECT_EQ(book.to_internal(kListener), kListener);
  for (const std::uint16_t port : std::to_array<std::uint16_t>({22, 80, 3478, 5349, 50000})) {
    EXPECT_FALSE(book.is_reachable({kListener, port})) << port;
  }
}

TEST(RelayAddressBook, ListenersAddressMayBeARelayAddressInEitherOrder) {
  RelayAddressBook listener_first;
  listener_first.add_other_address(kPrivate);
  listener_first.add_relay_address(kPrivate, kPublic);
  RelayAddressBook relay_first;
  relay_first.add_relay_address(kPrivate, kPublic);
  relay_first.add_other_address(kPrivate);
  for (RelayAddressBook* book : {&listener_first, &relay_first}) {
    book->set_live({kPrivate, 50000}, true);
    EXPECT_TRUE(book->is_reachable({kPrivate, 50000}));
    EXPECT_FALSE(book->is_reachable({kPrivate, 3478}));
    EXPECT_EQ(book->to_advertised(kPrivate), kPublic);
    EXPECT_EQ(book->to_internal(kPublic), kPrivate);
  }
}

// A public address that is on this machine too, with a listener, while relaying happens behind it.
TEST(RelayAddressBook, AdvertisedAddressMayBeAListenersAddress) {
  RelayAddressBook book;
  book.add_other_address(kPublic);
  book.add_relay_address(kPrivate, kPublic);
  book.set_live({kPrivate, 50000}, true);
  EXPECT_EQ(book.to_internal(kPublic), kPrivate);
  EXPECT_TRUE(book.is_reachable({book.to_internal(kPublic), 50000}));
  EXPECT_FALSE(book.is_reachable({book.to_internal(kPublic), 3478}));
}

TEST(RelayAddressBook, InternalAddressMayHaveSeveralAdvertisedOnes) {
  const IpAddress second = IpAddress::v4(203, 0, 113, 5);
  RelayAddressBook book;
  book.add_relay_address(kPrivate, kPublic);
  book.add_relay_address(kPrivate, second);
  book.add_relay_address(kPrivate, second);
  book.set_live({kPrivate, 50000}, true);
  EXPECT_EQ(book.to_advertised(kPrivate), kPublic);
  EXPECT_EQ(book.to_internal(kPublic), kPrivate);
  EXPECT_EQ(book.to_internal(second), kPrivate);
  EXPECT_TRUE(book.is_own(second));
  EXPECT_TRUE(book.is_reachable({book.to_internal(second), 50000}));
}

TEST(RelayAddressBook, OpenedPortsAreOpenOnOurAddressesOnly) {
  RelayAddressBook book;
  book.add_relay_address(kPrivate, kPublic);
  book.add_other_address(kListener);
  book.open_ports(7000, 7001);
  book.open_ports(65535, 65535);
  book.open_ports(9, 8);
  for (const IpAddress& ours : {kPrivate, kListener}) {
    EXPECT_FALSE(book.is_reachable({ours, 6999}));
    EXPECT_TRUE(book.is_reachable({ours, 7000}));
    EXPECT_TRUE(book.is_reachable({ours, 7001}));
    EXPECT_FALSE(book.is_reachable({ours, 7002}));
    EXPECT_TRUE(book.is_reachable({ours, 65535}));
    EXPECT_FALSE(book.is_reachable({ours, 0}));
    EXPECT_FALSE(book.is_reachable({ours, 8}));
  }
  EXPECT_FALSE(book.is_reachable({kStranger, 7000}));
}

TEST(RelayAddressBook, AllocationOnAnAddressWithoutRelayIsABug) {
  RelayAddressBook book;
  book.add_other_address(kListener);
  EXPECT_DEATH(book.set_live({kListener, 50000}, true), "live");
  EXPECT_DEATH(book.set_live({kStranger, 50000}, true), "entry");
}

// Two shards whose ports share words, and each reads the other's; under the thread sanitizer this
// is the proof.
TEST(RelayAddressBook, ShardsWriteNeighbouringBitsAtOnce) {
  RelayAddressBook book;
  book.add_relay_address(kPrivate, kPublic);
  constexpr std::uint16_t kFirst = 49152;
  constexpr std::uint16_t kPorts = 256;
  constexpr int kRounds = 500;
  const auto shard = [&](std::uint16_t parity) {
    for (int round = 0; round < kRounds; ++round) {
      for (std::uint16_t i = parity; i < kPorts; i = static_cast<std::uint16_t>(i + 2)) {
        const Endpoint own{kPrivate, static_cast<std::uint16_t>(kFirst + i)};
        book.set_live(own, true);
        EXPECT_TRUE(book.is_reachable(own));
        static_cast<void>(book.is_reachable({kPrivate, static_cast<std::uint16_t>(own.port ^ 1)}));
        if (round + 1 < kRounds || parity == 1) book.set_live(own, false);
      }
    }
  };
  std::thread even(shard, std::uint16_t{0});
  std::thread odd(shard, std::uint16_t{1});
  even.join();
  odd.join();
  for (std::uint16_t i = 0; i < kPorts; ++i) {
    const Endpoint port{kPrivate, static_cast<std::uint16_t>(kFirst + i)};
    EXPECT_EQ(book.is_reachable(port), i % 2 == 0) << i;
  }
}

}  // namespace
}  // namespace turnpike::turn
