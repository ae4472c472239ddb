// A STUN message seen in place: header fields and a checked walk over its attributes. Copies and
// allocates nothing, and decides nothing about authentication.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "base/result.h"
#include "relay/stun/registry.h"

namespace turnpike::stun {

inline constexpr std::uint32_t kMagicCookie = 0x2112A442;
inline constexpr std::size_t kHeaderSize = 20;
inline constexpr std::size_t kAttributeHeaderSize = 4;

/// RFC 8489 section 14: values are padded to a multiple of 4 bytes; the length field does not count
/// the padding.
constexpr std::size_t padded(std::size_t value_size) {
  return (value_size + 3) & ~std::size_t{3};
}

/// RFC 8489 section 5: 96 bits. In RFC 3489 messages `cookie` holds the first 32 of the 128 bits.
struct TransactionId {
  std::array<std::uint8_t, 12> bytes{};
  std::uint32_t cookie = kMagicCookie;
  friend bool operator==(const TransactionId&, const TransactionId&) = default;
};

enum class ParseError : std::uint8_t {
  kTooShort,        // fewer than 20 bytes
  kNotStun,         // the two most significant bits are not zero
  kBadLength,       // length field is no multiple of 4, or is not what was received
  kBadCookie,       // no magic cookie and RFC 3489 is not allowed
  kBadAttribute,    // an attribute reaches past the end of the message
  kBadFingerprint,  // FINGERPRINT is wrong, or not the last attribute
};

enum class Classic : bool { kRefuse, kAllow };

/// One attribute; `value` is without padding.
struct Attribute {
  std::uint16_t type = 0;
  Bytes value;
};

/// Walks attributes of bytes that MessageView::parse has checked.
class AttributeIterator {
 public:
  AttributeIterator() = default;
  explicit AttributeIterator(Bytes rest) : rest_(rest) {}
  Attribute operator*() const;
  AttributeIterator& operator++();
  bool operator==(const AttributeIterator& other) const {
    return rest_.size() == other.rest_.size();
  }

 private:
  Bytes rest_;
};

class AttributeRange {
 public:
  explicit AttributeRange(Bytes attributes) : attributes_(attributes) {}
  AttributeIterator begin() const { return AttributeIterator(attributes_); }
  AttributeIterator end() const {
    return AttributeIterator(attributes_.subspan(attributes_.size()));
  }

 private:
  Bytes attributes_;
};

class MessageView {
 public:
  /// `message` is exactly one message (a datagram, or a frame cut by StreamFramer) and must outlive
  /// the view. A FINGERPRINT, when there, is checked here, so a message that has a wrong one is
  /// none (RFC 8489 section 7.3).
  static Result<MessageView, ParseError> parse(Bytes message, Classic classic = Classic::kRefuse);

  MessageClass message_class() const { return class_; }
  /// The method's number; compare with the enumerators, it may be none of them.
  Method method() const { return method_; }
  TransactionId transaction_id() const;
  /// An RFC 3489 message, without the magic cookie.
  bool classic() const { return classic_; }
  bool has_fingerprint() const { return has_fingerprint_; }

  /// The attributes that count: those before the first MESSAGE-INTEGRITY or
  /// MESSAGE-INTEGRITY-SHA256, or before FINGERPRINT (RFC 8489 sections 14.5 to 14.7: what follows
  /// is ignored).
  AttributeRange attributes() const {
    return AttributeRange(bytes_.subspan(kHeaderSize, covered_));
  }
  /// The first one of its type among attributes().
  std::optional<Bytes> find(AttributeType type) const;

  bool has_integrity_sha1() const { return integrity_sha1_ != 0; }
  bool has_integrity_sha256() const { return integrity_sha256_ != 0; }
  /// Offset of the attribute's header in bytes(); 0 when it is not there.
  std::size_t integrity_sha1_offset() const { return integrity_sha1_; }
  std::size_t integrity_sha256_offset() const { return integrity_sha256_; }
  Bytes bytes() const { return bytes_; }

 private:
  /// The pass over the attributes; the members hold what it found.
  std::optional<ParseError> walk();
  /// True when the attributes that count end here.
  bool note(std::uint16_t type, std::size_t at);

  Bytes bytes_;
  std::size_t covered_ = 0;
  std::size_t integrity_sha1_ = 0;
  std::size_t integrity_sha256_ = 0;
  Method method_{};
  MessageClass class_{};
  bool classic_ = false;
  bool has_fingerprint_ = false;
};

// Decoders of attribute values; nothing when the length or content is not what the RFC says.
std::optional<Endpoint> decode_address(Bytes value);
std::optional<Endpoint> decode_xor_address(Bytes value, const TransactionId& id);
std::optional<std::uint32_t> decode_u32(Bytes value);
/// The first byte of a four-byte value whose rest is reserved (REQUESTED-TRANSPORT,
/// REQUESTED-ADDRESS-FAMILY).
std::optional<std::uint8_t> decode_leading_u8(Bytes value);
struct ErrorValue {
  std::uint16_t code;
  std::string_view reason;
};
std::optional<ErrorValue> decode_error_code(Bytes value);

// Encoders of addresses, into kAddressPrefixSize bytes and the address's own 4 or 16.
inline constexpr std::size_t kAddressPrefixSize = 4;  // a reserved byte, the family, the port
void encode_address(std::uint8_t* value, const Endpoint& address);
void encode_xor_address(std::uint8_t* value, const Endpoint& address, const TransactionId& id);

/// CRC-32 of RFC 8489 section 14.7, already XORed with 0x5354554e.
std::uint32_t fingerprint(Bytes message_before_fingerprint);

}  // namespace turnpike::stun
