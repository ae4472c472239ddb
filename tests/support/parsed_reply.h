// A reply (or Data indication) as a client reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digests.h"
#include "relay/stun/message.h"
#include "relay/turn/ids.h"

namespace turnpike::test {

struct AddressError {
  std::uint8_t family = 0;
  std::uint16_t code = 0;
};

struct ParsedReply {
  std::vector<std::uint8_t> bytes;
  stun::MessageClass message_class{};
  stun::Method method{};
  stun::TransactionId id;
  bool fingerprint = false;
  bool has_sha1 = false;
  bool has_sha256 = false;
  std::uint16_t error = 0;  // 0: no ERROR-CODE
  std::string reason;
  std::optional<std::string> realm;
  std::optional<std::string> nonce;
  std::optional<std::string> software;
  std::vector<std::uint8_t> password_algorithms;
  std::vector<std::uint16_t> unknown;
  std::vector<Endpoint> relayed;
  std::optional<AddressError> address_error;
  std::optional<Endpoint> mapped;      // XOR-MAPPED-ADDRESS
  std::optional<Endpoint> old_mapped;  // MAPPED-ADDRESS
  std::optional<Endpoint> peer;
  std::optional<std::uint32_t> lifetime;
  std::optional<turn::ReservationToken> token;
  std::vector<std::uint8_t> icmp;

  bool success() const { return message_class == stun::MessageClass::kSuccess; }
  /// The integrity attribute is there and right.
  bool signed_with(const Digests& digests, Bytes key) const;
};

/// Nothing when the bytes are no message.
std::optional<ParsedReply> parse_reply(Bytes bytes);

}  // namespace turnpike::test
