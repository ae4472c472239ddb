#include "relay/turn/request.h"

#include <algorithm>

namespace turnpike::turn {
namespace {

using stun::AttributeType;
using stun::MessageView;

constexpr std::size_t kMaxUsername = 508;  // RFC 8489 section 14.3: fewer than 509 bytes
constexpr std::size_t kMaxQuoted = 763;    // sections 14.9 and 14.10: REALM and NONCE

/// Attributes that a request to this server may hold. The rest of those that must be understood is
/// answered with 420, also when the registry has it (RFC 8489 section 6.3.1).
constexpr std::array kUnderstood = {
    AttributeType::kMappedAddress,
    AttributeType::kUsername,
    AttributeType::kMessageIntegrity,
    AttributeType::kErrorCode,
    AttributeType::kUnknownAttributes,
    AttributeType::kChannelNumber,
    AttributeType::kLifetime,
    AttributeType::kXorPeerAddress,
    AttributeType::kData,
    AttributeType::kRealm,
    AttributeType::kNonce,
    AttributeType::kXorRelayedAddress,
    AttributeType::kEvenPort,
    AttributeType::kRequestedAddressFamily,
    AttributeType::kDontFragment,
    AttributeType::kRequestedTransport,
    AttributeType::kXorMappedAddress,
    AttributeType::kMessageIntegritySha256,
    AttributeType::kReservationToken,
    AttributeType::kPasswordAlgorithm,
};

/// RFC 3489 clients send CHANGE-REQUEST with no flag set; that asks for nothing.
bool asks_for_no_change(const stun::Attribute& attribute) {
  return attribute.type == static_cast<std::uint16_t>(AttributeType::kChangeRequest) &&
         stun::decode_u32(attribute.value) == 0U;
}

bool understood(const stun::Attribute& attribute) {
  if (!stun::comprehension_required(attribute.type) || asks_for_no_change(attribute)) return true;
  return std::find(kUnderstood.begin(), kUnderstood.end(),
                   static_cast<AttributeType>(attribute.type)) != kUnderstood.end();
}

/// Decodes the attribute when it is there; a value that cannot be decoded makes the request
/// malformed.
template <class Decode>
auto read(const MessageView& message, AttributeType type, RequestHead& head, Decode decode)
    -> decltype(decode(Bytes())) {
  const auto value = message.find(type);
  if (!value) return std::nullopt;
  auto decoded = decode(*value);
  if (!decoded) head.malformed = true;
  return decoded;
}

template <std::size_t kMax>
std::optional<std::string_view> decode_text(Bytes value) {
  if (value.size() > kMax) return std::nullopt;
  return as_text(value);
}

/// RFC 8489 section 14.12: an algorithm, and the length of parameters, of which MD5 and SHA-256
/// have none.
std::optional<std::uint16_t> decode_algorithm(Bytes value) {
  if (value.size() != 4 || load_be16(value.data() + 2) != 0) return std::nullopt;
  return load_be16(value.data());
}

/// RFC 8656 section 18.7: one byte, of which the first bit counts.
std::optional<bool> decode_even_port(Bytes value) {
  if (value.size() != 1) return std::nullopt;
  return (value[0] & 0x80) != 0;
}

std::optional<ReservationToken> decode_token(Bytes value) {
  ReservationToken token;
  if (value.size() != token.value.size()) return std::nullopt;
  std::copy(value.begin(), value.end(), token.value.begin());
  return token;
}

/// RFC 8656 section 18.1: the number, then two reserved bytes.
std::optional<std::uint16_t> decode_channel_number(Bytes value) {
  if (value.size() != 4) return std::nullopt;
  return load_be16(value.data());
}

auto peer_decoder(const stun::TransactionId& id) {
  return [id](Bytes value) -> std::optional<PeerAddress> {
    const auto endpoint = stun::decode_xor_address(value, id);
    if (!endpoint) return std::nullopt;
    return PeerAddress{*endpoint};
  };
}

RequestHead decode_head(const MessageView& message) {
  RequestHead head;
  head.method = message.method();
  head.id = message.transaction_id();
  head.classic = message.classic();
  head.fingerprint = message.has_fingerprint();
  head.userhash = message.find(AttributeType::kUserhash).has_value();
  head.username = read(message, AttributeType::kUsername, head, decode_text<kMaxUsername>);
  head.realm = read(message, AttributeType::kRealm, head, decode_text<kMaxQuoted>);
  head.nonce = read(message, AttributeType::kNonce, head, decode_text<kMaxQuoted>);
  head.password_algorithm =
      read(message, AttributeType::kPasswordAlgorithm, head, decode_algorithm);
  head.password_algorithms = message.find(AttributeType::kPasswordAlgorithms);
  for (const stun::Attribute attribute : message.attributes()) {
    if (!understood(attribute)) head.unknown.add(attribute.type);
  }
  return head;
}

AllocateRequest decode_allocate(const MessageView& message, RequestHead& head) {
  AllocateRequest request;
  request.transport =
      read(message, AttributeType::kRequestedTransport, head, stun::decode_leading_u8);
  request.lifetime_s = read(message, AttributeType::kLifetime, head, stun::decode_u32);
  request.family =
      read(message, AttributeType::kRequestedAddressFamily, head, stun::decode_leading_u8);
  request.additional_family =
      read(message, AttributeType::kAdditionalAddressFamily, head, stun::decode_leading_u8);
  if (!request.additional_family) {
    request.additional_family =
        read(message, AttributeType::kDraftAdditionalAddressFamily, head, stun::decode_leading_u8);
  }
  request.even_port = read(message, AttributeType::kEvenPort, head, decode_even_port);
  request.token = read(message, AttributeType::kReservationToken, head, decode_token);
  return request;
}

RefreshRequest decode_refresh(const MessageView& message, RequestHead& head) {
  RefreshRequest request;
  request.lifetime_s = read(message, AttributeType::kLifetime, head, stun::decode_u32);
  request.family =
      read(message, AttributeType::kRequestedAddressFamily, head, stun::decode_leading_u8);
  return request;
}

CreatePermissionRequest decode_create_permission(const MessageView& message, RequestHead& head) {
  CreatePermissionRequest request;
  const auto decode = peer_decoder(head.id);
  for (const stun::Attribute attribute : message.attributes()) {
    if (attribute.type != static_cast<std::uint16_t>(AttributeType::kXorPeerAddress)) continue;
    const auto peer = decode(attribute.value);
    if (!peer) {
      head.malformed = true;
    } else if (request.count == CreatePermissionRequest::kMaxPeers) {
      request.too_many = true;
    } else {
      request.addresses[request.count++] = *peer;
    }
  }
  return request;
}

ChannelBindRequest decode_channel_bind(const MessageView& message, RequestHead& head) {
  ChannelBindRequest request;
  request.number = read(message, AttributeType::kChannelNumber, head, decode_channel_number);
  request.peer = read(message, AttributeType::kXorPeerAddress, head, peer_decoder(head.id));
  return request;
}

std::optional<RequestBody> decode_body(const MessageView& message, RequestHead& head) {
  switch (message.method()) {
    case stun::Method::kBinding:
      return BindingRequest{};
    case stun::Method::kAllocate:
      return decode_allocate(message, head);
    case stun::Method::kRefresh:
      return decode_refresh(message, head);
    case stun::Method::kCreatePermission:
      return decode_create_permission(message, head);
    case stun::Method::kChannelBind:
      return decode_channel_bind(message, head);
    case stun::Method::kSend:
    case stun::Method::kData:
    case stun::Method::kConnect:
    case stun::Method::kConnectionBind:
    case stun::Method::kConnectionAttempt:
      break;
  }
  return std::nullopt;  // also for numbers that are no method
}

}  // namespace

std::optional<Request> decode_request(const MessageView& message) {
  RequestHead head = decode_head(message);
  const auto body = decode_body(message, head);
  if (!body) return std::nullopt;
  return Request{head, *body};
}

std::optional<SendIndication> decode_send_indication(const MessageView& message) {
  std::optional<PeerAddress> peer;
  std::optional<Bytes> data;
  bool dont_fragment = false;
  const auto decode = peer_decoder(message.transaction_id());
  for (const stun::Attribute attribute : message.attributes()) {
    const auto type = static_cast<AttributeType>(attribute.type);
    if (type == AttributeType::kXorPeerAddress && !peer) {
      peer = decode(attribute.value);
      if (!peer) return std::nullopt;
    } else if (type == AttributeType::kData) {
      if (!data) data = attribute.value;
    } else if (type == AttributeType::kDontFragment) {
      dont_fragment = true;
    } else if (!understood(attribute)) {
      return std::nullopt;
    }
  }
  if (!peer || !data) return std::nullopt;
  return SendIndication{*peer, *data, dont_fragment};
}

}  // namespace turnpike::turn
