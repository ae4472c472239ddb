// Requests, decoded once: after decode_request nobody looks at attributes again. Bad values are
// remembered here and answered later, because authentication comes first (RFC 8489 section 6.3.1).
// The views point into the message.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "relay/stun/message.h"
#include "relay/turn/ids.h"

namespace turnpike::turn {

/// Unknown comprehension-required attributes, for a 420 reply; more than fit are left out of it.
struct UnknownAttributes {
  std::array<std::uint16_t, 16> types{};
  std::uint8_t count = 0;

  bool empty() const { return count == 0; }
  std::span<const std::uint16_t> view() const { return {types.data(), count}; }
  void add(std::uint16_t type) {
    if (count < types.size()) types[count++] = type;
  }
};

/// What every request has.
struct RequestHead {
  stun::Method method{};
  stun::TransactionId id;
  bool classic = false;  // RFC 3489
  bool fingerprint = false;
  bool malformed = false;  // an attribute has a value that it cannot have
  bool userhash = false;   // RFC 8489 section 14.4, which this server does not offer
  std::optional<std::string_view> username;
  std::optional<std::string_view> realm;
  std::optional<std::string_view> nonce;
  std::optional<std::uint16_t> password_algorithm;
  std::optional<Bytes> password_algorithms;
  UnknownAttributes unknown;
};

struct BindingRequest {};

struct AllocateRequest {
  std::optional<std::uint8_t> transport;  // an IP protocol number
  std::optional<std::uint32_t> lifetime_s;
  std::optional<std::uint8_t> family;
  std::optional<std::uint8_t> additional_family;
  std::optional<bool> even_port;  // true: reserve the next port, too
  std::optional<ReservationToken> token;
};

struct RefreshRequest {
  std::optional<std::uint32_t> lifetime_s;
  std::optional<std::uint8_t> family;
};

struct CreatePermissionRequest {
  /// More do not fit a datagram that is not fragmented.
  static constexpr std::size_t kMaxPeers = 128;
  std::array<PeerAddress, kMaxPeers> addresses{};
  std::uint16_t count = 0;
  bool too_many = false;
  std::span<const PeerAddress> peers() const { return {addresses.data(), count}; }
};

struct ChannelBindRequest {
  std::optional<std::uint16_t> number;
  std::optional<PeerAddress> peer;
};

using RequestBody = std::variant<BindingRequest, AllocateRequest, RefreshRequest,
                                 CreatePermissionRequest, ChannelBindRequest>;

struct Request {
  RequestHead head;
  RequestBody body;
};

/// Nothing for a method that this server has no requests of.
std::optional<Request> decode_request(const stun::MessageView& message);

/// A Send indication (RFC 8656 section 11.2); nothing when it lacks a part, or has one that must be
/// understood and is not.
struct SendIndication {
  PeerAddress peer;
  Bytes data;
  bool dont_fragment = false;
};
std::optional<SendIndication> decode_send_indication(const stun::MessageView& message);

}  // namespace turnpike::turn
