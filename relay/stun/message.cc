// The one pass that checks a message and finds where its integrity begins. Values are decoded in
// message_decode.cc.
#include "relay/stun/message.h"

#include <algorithm>

namespace turnpike::stun {
namespace {

/// RFC 8489 section 5, figure 3: the class sits at bits 4 and 8 of the type, between the method's
/// bits.
Method method_of(std::uint16_t type) {
  return static_cast<Method>((type & 0x000f) | ((type >> 1) & 0x0070) | ((type >> 2) & 0x0f80));
}
MessageClass class_of(std::uint16_t type) {
  return static_cast<MessageClass>(((type >> 4) & 1) | ((type >> 7) & 2));
}

/// RFC 8489 section 14.7: the last attribute, four bytes, the CRC of all that precedes it.
bool fingerprint_holds(Bytes message, std::size_t at, Bytes value) {
  return value.size() == 4 && at + kAttributeHeaderSize + 4 == message.size() &&
         load_be32(value.data()) == fingerprint(message.first(at));
}

/// RFC 8489 section 5: what can be said of a message from its first eight bytes and its size.
std::optional<ParseError> check_header(Bytes message, Classic classic) {
  if (message.size() < kHeaderSize) return ParseError::kTooShort;
  if ((message[0] & 0xc0) != 0) return ParseError::kNotStun;
  const std::size_t length = load_be16(message.data() + 2);
  if (length % 4 != 0 || kHeaderSize + length != message.size()) return ParseError::kBadLength;
  if (load_be32(message.data() + 4) != kMagicCookie && classic == Classic::kRefuse) {
    return ParseError::kBadCookie;
  }
  return std::nullopt;
}

}  // namespace

Attribute AttributeIterator::operator*() const {
  return {load_be16(rest_.data()),
          rest_.subspan(kAttributeHeaderSize, load_be16(rest_.data() + 2))};
}

AttributeIterator& AttributeIterator::operator++() {
  rest_ = rest_.subspan(kAttributeHeaderSize + padded(load_be16(rest_.data() + 2)));
  return *this;
}

Result<MessageView, ParseError> MessageView::parse(Bytes message, Classic classic) {
  if (const auto error = check_header(message, classic)) return fail(*error);
  MessageView view;
  view.bytes_ = message;
  view.method_ = method_of(load_be16(message.data()));
  view.class_ = class_of(load_be16(message.data()));
  view.classic_ = load_be32(message.data() + 4) != kMagicCookie;
  if (const auto error = view.walk()) return fail(*error);
  return view;
}

std::optional<ParseError> MessageView::walk() {
  std::size_t at = kHeaderSize;
  std::size_t end_of_covered = bytes_.size();
  while (at < bytes_.size()) {  // a multiple of four bytes is left, so a header always fits
    const std::size_t size = load_be16(bytes_.data() + at + 2);
    if (padded(size) > bytes_.size() - at - kAttributeHeaderSize) return ParseError::kBadAttribute;
    const Bytes value = bytes_.subspan(at + kAttributeHeaderSize, size);
    if (note(load_be16(bytes_.data() + at), at)) end_of_covered = std::min(end_of_covered, at);
    if (has_fingerprint_ && !fingerprint_holds(bytes_, at, value)) {
      return ParseError::kBadFingerprint;
    }
    at += kAttributeHeaderSize + padded(size);
  }
  covered_ = end_of_covered - kHeaderSize;
  return std::nullopt;
}

bool MessageView::note(std::uint16_t type, std::size_t at) {
  if (type == static_cast<std::uint16_t>(AttributeType::kMessageIntegrity)) {
    // RFC 8489 section 14.6: ignored behind the SHA-256 form; a second one is ignored like any
    // other attribute.
    if (integrity_sha1_ == 0 && integrity_sha256_ == 0) integrity_sha1_ = at;
    return true;
  }
  if (type == static_cast<std::uint16_t>(AttributeType::kMessageIntegritySha256)) {
    if (integrity_sha256_ == 0) integrity_sha256_ = at;
    return true;
  }
  // RFC 3489 knows no FINGERPRINT; there it is one more optional attribute that means nothing.
  if (type == static_cast<std::uint16_t>(AttributeType::kFingerprint) && !classic_) {
    has_fingerprint_ = true;
    return true;
  }
  return false;
}

TransactionId MessageView::transaction_id() const {
  TransactionId id;
  id.cookie = load_be32(bytes_.data() + 4);
  std::copy_n(bytes_.begin() + 8, id.bytes.size(), id.bytes.begin());
  return id;
}

std::optional<Bytes> MessageView::find(AttributeType type) const {
  for (const Attribute attribute : attributes()) {
    if (attribute.type == static_cast<std::uint16_t>(type)) return attribute.value;
  }
  return std::nullopt;
}

}  // namespace turnpike::stun
