#include "relay/net/socket_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstring>

namespace turnpike::net {
namespace {

const sockaddr* generic(const sockaddr_storage& storage) {
  return reinterpret_cast<const sockaddr*>(&storage);
}

TEST(SocketAddress, RoundTrip) {
  for (const char* text : {"1.2.3.4:5", "255.255.255.255:65535", "0.0.0.0:0", "[2001:db8::1]:3478",
                           "[::]:0", "[fe80::1]:1"}) {
    const Endpoint endpoint = *Endpoint::parse(text);
    sockaddr_storage storage;
    const socklen_t length = to_sockaddr(endpoint, storage);
    EXPECT_EQ(length, endpoint.ip.is_v4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    EXPECT_EQ(from_sockaddr(generic(storage), length), endpoint) << text;
  }
}

TEST(SocketAddress, UsesNetworkByteOrder) {
  SocketAddress address;
  ASSERT_EQ(to_sockaddr(*Endpoint::parse("1.2.3.4:258"), address), sizeof(sockaddr_in));
  EXPECT_EQ(address.v4.sin_family, AF_INET);
  EXPECT_EQ(address.v4.sin_port, htons(258));
  EXPECT_EQ(address.v4.sin_addr.s_addr, htonl(0x01020304));
}

TEST(SocketAddress, MappedAddressComesBackAsIpv4) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(9);
  ASSERT_EQ(::inet_pton(AF_INET6, "::ffff:10.0.0.1", &v6.sin6_addr), 1);
  EXPECT_EQ(from_sockaddr(reinterpret_cast<sockaddr*>(&v6), sizeof v6),
            Endpoint::parse("10.0.0.1:9"));
}

TEST(SocketAddress, RefusesOtherFamiliesAndShortLengths) {
  sockaddr_storage storage{};
  const socklen_t length = to_sockaddr(*Endpoint::parse("1.2.3.4:5"), storage);
  EXPECT_FALSE(from_sockaddr(generic(storage), length - 1));
  EXPECT_FALSE(from_sockaddr(generic(storage), 0));
  EXPECT_FALSE(from_sockaddr(nullptr, length));
  const socklen_t length6 = to_sockaddr(*Endpoint::parse("[::1]:5"), storage);
  EXPECT_FALSE(from_sockaddr(generic(storage), length6 - 1));
  storage.ss_family = AF_UNIX;
  EXPECT_FALSE(from_sockaddr(generic(storage), sizeof storage));
}

TEST(SocketAddress, FamilyNumbers) {
  EXPECT_EQ(socket_family(AddressFamily::kIpv4), AF_INET);
  EXPECT_EQ(socket_family(AddressFamily::kIpv6), AF_INET6);
}

}  // namespace
}  // namespace turnpike::net
