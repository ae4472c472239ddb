#include "relay/turn/request.h"

#include <gtest/gtest.h>

#include "tests/support/test_request.h"

namespace turnpike::turn {
namespace {

using stun::AttributeType;
using stun::MessageClass;
using stun::Method;
using test::TestRequest;

const Endpoint kPeer{IpAddress::v4(8, 8, 4, 4), 53};

/// Keeps the bytes that the request's views point into.
struct Decoded {
  std::vector<std::uint8_t> bytes;
  std::optional<Request> request;
};

template <class Fill>
Decoded decode(Method method, Fill fill) {
  TestRequest request(MessageClass::kRequest, method, {});
  fill(request);
  Decoded decoded{request.bytes(), std::nullopt};
  decoded.request = decode_request(*stun::MessageView::parse(decoded.bytes));
  return decoded;
}

// Coturn 4.6 and its client know ADDITIONAL-ADDRESS-FAMILY by the number of the drafts.
TEST(Request, AdditionalFamilyByItsDraftNumber) {
  const auto decoded = decode(Method::kAllocate, [](TestRequest& r) {
    r.transport(17).raw(0x8032, {2, 0, 0, 0});
  });
  ASSERT_TRUE(decoded.request);
  EXPECT_EQ(std::get<AllocateRequest>(decoded.request->body).additional_family, 2);
}

TEST(Request, AllocateWithEverything) {
  ReservationToken token;
  token.value[0] = 9;
  const auto decoded = decode(Method::kAllocate, [&](TestRequest& r) {
    r.transport(17).lifetime(700).family(2).additional_family(1).even_port(true).token(token);
    r.text(AttributeType::kUsername, "u").text(AttributeType::kRealm, "r");
    r.text(AttributeType::kNonce, "n").fingerprint();
  });
  ASSERT_TRUE(decoded.request);
  const RequestHead& head = decoded.request->head;
  EXPECT_EQ(head.username, "u");
  EXPECT_EQ(head.realm, "r");
  EXPECT_EQ(head.nonce, "n");
  EXPECT_TRUE(head.fingerprint);
  EXPECT_FALSE(head.malformed);
  EXPECT_TRUE(head.unknown.empty());
  const auto& allocate = std::get<AllocateRequest>(decoded.request->body);
  EXPECT_EQ(allocate.transport, 17);
  EXPECT_EQ(allocate.lifetime_s, 700U);
  EXPECT_EQ(allocate.family, 2);
  EXPECT_EQ(allocate.additional_family, 1);
  EXPECT_EQ(allocate.even_port, true);
  EXPECT_EQ(allocate.token, token);
}

TEST(Request, WhatIsNotThereIsEmpty) {
  const auto decoded = decode(Method::kAllocate, [](TestRequest&) {});
  const auto& allocate = std::get<AllocateRequest>(decoded.request->body);
  EXPECT_FALSE(allocate.transport || allocate.lifetime_s || allocate.family ||
               allocate.additional_family || allocate.even_port || allocate.token);
  EXPECT_FALSE(decoded.request->head.username);
}

TEST(Request, WrongLengthsAreMalformed) {
  const std::vector<std::pair<Method, std::uint16_t>> cases = {
      {Method::kAllocate, 0x0019},    {Method::kAllocate, 0x000d},
      {Method::kAllocate, 0x0017},    {Method::kAllocate, 0x8000},
      {Method::kAllocate, 0x0018},    {Method::kAllocate, 0x0022},
      {Method::kRefresh, 0x000d},     {Method::kRefresh, 0x0017},
      {Method::kChannelBind, 0x000c}, {Method::kChannelBind, 0x0012},
      {Method::kRefresh, 0x001d},     {Method::kCreatePermission, 0x12},
  };
  for (const auto& [method, type] : cases) {
    const auto decoded = decode(method, [t = type](TestRequest& r) {
      r.raw(t, {1, 2, 3, 4, 5, 6});
    });
    EXPECT_TRUE(decoded.request->head.malformed) << type;
  }
}

TEST(Request, TooLongNamesAreMalformed) {
  const auto user = [](std::size_t size) {
    return decode(Method::kRefresh, [size](TestRequest& r) {
      r.text(AttributeType::kUsername, std::string(size, 'u'));
    });
  };
  EXPECT_FALSE(user(508).request->head.malformed);
  EXPECT_TRUE(user(509).request->head.malformed);
  EXPECT_FALSE(user(509).request->head.username);
}

TEST(Request, PeersAreCollectedInOrder) {
  const auto decoded = decode(Method::kCreatePermission, [](TestRequest& r) {
    r.peer(kPeer).peer({IpAddress::v4(1), 2});
  });
  const auto& request = std::get<CreatePermissionRequest>(decoded.request->body);
  ASSERT_EQ(request.peers().size(), 2U);
  EXPECT_EQ(request.peers()[0].value, kPeer);
  EXPECT_FALSE(request.too_many);
}

TEST(Request, TooManyPeersAreSaid) {
  const auto decoded = decode(Method::kCreatePermission, [](TestRequest& r) {
    for (std::size_t i = 0; i <= CreatePermissionRequest::kMaxPeers; ++i) r.peer(kPeer);
  });
  const auto& request = std::get<CreatePermissionRequest>(decoded.request->body);
  EXPECT_TRUE(request.too_many);
  EXPECT_EQ(request.peers().size(), CreatePermissionRequest::kMaxPeers);
}

TEST(Request, ChannelBind) {
  const auto decoded =
      decode(Method::kChannelBind, [](TestRequest& r) { r.channel(0x4001).peer(kPeer); });
  const auto& request = std::get<ChannelBindRequest>(decoded.request->body);
  EXPECT_EQ(request.number, 0x4001);
  EXPECT_EQ(request.peer->value, kPeer);
}

TEST(Request, KnowsWhatItDoesNotUnderstand) {
  const auto decoded = decode(Method::kBinding, [](TestRequest& r) {
    r.raw(0x0003, {0, 0, 0, 0}).raw(0x0003, {0, 0, 0, 2}).raw(0x0024, {0, 0, 0, 0});
    r.raw(0x8024, {}).raw(0x7fff, {});
  });
  const UnknownAttributes& unknown = decoded.request->head.unknown;
  EXPECT_EQ(std::vector(unknown.view().begin(), unknown.view().end()),
            (std::vector<std::uint16_t>{0x0003, 0x0024, 0x7fff}));
}

TEST(Request, OtherMethodsAreNone) {
  for (const int method : {0x002, 0x006, 0x007, 0x00a, 0x00b, 0x00c, 0xabc}) {
    EXPECT_FALSE(decode(static_cast<Method>(method), [](TestRequest&) {}).request);
  }
}

TEST(SendIndication, IsDecoded) {
  TestRequest message(MessageClass::kIndication, Method::kSend, {});
  const std::vector<std::uint8_t> data = {1, 2, 3};
  const auto bytes = message.dont_fragment().peer(kPeer).data(data).data({}).bytes();
  const auto indication = decode_send_indication(*stun::MessageView::parse(bytes));
  ASSERT_TRUE(indication);
  EXPECT_EQ(indication->peer.value, kPeer);
  EXPECT_EQ(indication->data.size(), 3U);
  EXPECT_TRUE(indication->dont_fragment);
}

}  // namespace
}  // namespace turnpike::turn
