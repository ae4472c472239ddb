#include "tests/support/parsed_reply.h"

#include <algorithm>

#include "relay/stun/integrity.h"

namespace turnpike::test {
namespace {

using stun::AttributeType;

void read_attribute(const stun::Attribute& attribute, ParsedReply& reply) {
  const Bytes value = attribute.value;
  const std::uint16_t type = attribute.type;
  const auto is = [type](AttributeType wanted) {
    return type == static_cast<std::uint16_t>(wanted);
  };
  if (is(AttributeType::kErrorCode)) {
    if (const auto error = stun::decode_error_code(value)) {
      reply.error = error->code;
      reply.reason = error->reason;
    }
  } else if (is(AttributeType::kRealm)) {
    reply.realm = as_text(value);
  } else if (is(AttributeType::kNonce)) {
    reply.nonce = as_text(value);
  } else if (is(AttributeType::kSoftware)) {
    reply.software = as_text(value);
  } else if (is(AttributeType::kPasswordAlgorithms)) {
    reply.password_algorithms.assign(value.begin(), value.end());
  } else if (is(AttributeType::kUnknownAttributes)) {
    for (std::size_t i = 0; i + 1 < value.size(); i += 2) {
      reply.unknown.push_back(load_be16(value.data() + i));
    }
  } else if (is(AttributeType::kXorRelayedAddress)) {
    if (const auto address = stun::decode_xor_address(value, reply.id)) {
      reply.relayed.push_back(*address);
    }
  } else if (is(AttributeType::kAddressErrorCode)) {
    if (value.size() >= 4) {
      reply.address_error =
          AddressError{value[0], static_cast<std::uint16_t>((value[2] & 7) * 100 + value[3])};
    }
  } else if (is(AttributeType::kXorMappedAddress)) {
    reply.mapped = stun::decode_xor_address(value, reply.id);
  } else if (is(AttributeType::kMappedAddress)) {
    reply.old_mapped = stun::decode_address(value);
  } else if (is(AttributeType::kXorPeerAddress)) {
    reply.peer = stun::decode_xor_address(value, reply.id);
  } else if (is(AttributeType::kLifetime)) {
    reply.lifetime = stun::decode_u32(value);
  } else if (is(AttributeType::kIcmp)) {
    reply.icmp.assign(value.begin(), value.end());
  } else if (is(AttributeType::kReservationToken) && value.size() == 8) {
    turn::ReservationToken token;
    std::copy(value.begin(), value.end(), token.value.begin());
    reply.token = token;
  }
}

}  // namespace

bool ParsedReply::signed_with(const Digests& digests, Bytes key) const {
  const auto view = stun::MessageView::parse(bytes);
  if (!view) return false;
  if (view->has_integrity_sha256()) return stun::verify_sha256(*view, digests, key);
  return stun::verify_sha1(*view, digests, key);
}

std::optional<ParsedReply> parse_reply(Bytes bytes) {
  const auto view = stun::MessageView::parse(bytes, stun::Classic::kAllow);
  if (!view) return std::nullopt;
  ParsedReply reply;
  reply.bytes.assign(bytes.begin(), bytes.end());
  reply.message_class = view->message_class();
  reply.method = view->method();
  reply.id = view->transaction_id();
  reply.fingerprint = view->has_fingerprint();
  reply.has_sha1 = view->has_integrity_sha1();
  reply.has_sha256 = view->has_integrity_sha256();
  for (const stun::Attribute attribute : view->attributes()) read_attribute(attribute, reply);
  return reply;
}

}  // namespace turnpike::test
