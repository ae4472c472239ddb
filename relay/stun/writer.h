// Writes one STUN message into a span that the caller owns. An overflow sticks: finish() then says
// so, and the span is to be thrown away. Padding bytes are always zero (CVE-2020-4067).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/digests.h"
#include "base/ip_address.h"
#include "relay/stun/message.h"
#include "relay/stun/registry.h"

namespace turnpike::stun {

class MessageWriter {
 public:
  MessageWriter(MutableBytes out, MessageClass message_class, Method method,
                const TransactionId& id);

  void add(AttributeType type, Bytes value);
  void add_text(AttributeType type, std::string_view value) { add(type, as_bytes(value)); }
  void add_u32(AttributeType type, std::uint32_t value);
  /// MAPPED-ADDRESS and its like.
  void add_address(AttributeType type, const Endpoint& address);
  /// XOR-MAPPED-ADDRESS and its like.
  void add_xor_address(AttributeType type, const Endpoint& address);
  /// `reason` may be empty; it is cut to what RFC 8489 section 14.8 allows (127 characters, 509
  /// bytes).
  void add_error(ErrorCode code, std::string_view reason);
  /// ADDRESS-ERROR-CODE (RFC 8656 section 18.12).
  void add_address_error(AddressFamily family, ErrorCode code, std::string_view reason);
  void add_unknown_attributes(std::span<const std::uint16_t> types);

  // Integrity covers everything written before it; then only FINGERPRINT may follow.
  void sign_sha1(const Digests& digests, Bytes key);
  void sign_sha256(const Digests& digests, Bytes key);
  void add_fingerprint();

  /// The message's length, or nothing when the span was too small.
  std::optional<std::size_t> finish();

 private:
  /// Writes header and padding; where the value goes, or nullptr when it does not fit.
  std::uint8_t* reserve(AttributeType type, std::size_t value_size);

  MutableBytes out_;
  TransactionId id_;
  std::size_t used_ = 0;
  bool overflow_ = false;
  bool sealed_ = false;  // signed or fingerprinted: receivers would ignore what is added now
};

}  // namespace turnpike::stun
