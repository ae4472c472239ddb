// Writes requests and indications as a client does: attributes in any order and number, right or
// wrong. Nothing of the server's own code but the message writer is used.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/digests.h"
#include "relay/stun/writer.h"
#include "relay/turn/ids.h"

namespace turnpike::test {

/// RFC 8656's REQUESTED-TRANSPORT values.
inline constexpr std::uint8_t kUdp = 17;
inline constexpr std::uint8_t kTcp = 6;
inline constexpr std::uint8_t kIpv4 = 1;
inline constexpr std::uint8_t kIpv6 = 2;

class TestRequest {
 public:
  TestRequest(stun::MessageClass message_class, stun::Method method, const stun::TransactionId& id);
  TestRequest(const TestRequest&) = delete;
  TestRequest& operator=(const TestRequest&) = delete;

  TestRequest& transport(std::uint8_t protocol);
  TestRequest& lifetime(std::uint32_t lifetime_s);
  TestRequest& family(std::uint8_t family);
  TestRequest& additional_family(std::uint8_t family);
  TestRequest& even_port(bool reserve_next);
  TestRequest& token(const turn::ReservationToken& token);
  TestRequest& peer(const Endpoint& peer);
  TestRequest& channel(std::uint16_t number);
  TestRequest& data(Bytes data);
  TestRequest& dont_fragment();
  TestRequest& text(stun::AttributeType type, std::string_view value);
  TestRequest& raw(std::uint16_t type, std::vector<std::uint8_t> value);

  TestRequest& sign_sha1(const Digests& digests, Bytes key);
  TestRequest& sign_sha256(const Digests& digests, Bytes key);
  TestRequest& fingerprint();
  /// The finished message.
  std::vector<std::uint8_t> bytes();

 private:
  std::vector<std::uint8_t> buffer_;
  stun::MessageWriter writer_;
};

}  // namespace turnpike::test
