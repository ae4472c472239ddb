// The only place that lays out outgoing messages attribute by attribute. The length field is right
// after every call, so integrity and fingerprint can be computed over what is there.
#include "relay/stun/writer.h"

#include <algorithm>

#include "base/check.h"

namespace turnpike::stun {
namespace {

constexpr std::size_t kMaxAttributes = 0xfffc;  // the length field, in multiples of four
constexpr std::size_t kMaxReasonCharacters = 127;
constexpr std::size_t kMaxReasonBytes = 509;

/// RFC 8489 section 5, figure 3.
std::uint16_t message_type(MessageClass message_class, Method method) {
  const auto m = static_cast<unsigned>(method);
  const auto c = static_cast<unsigned>(message_class);
  return static_cast<std::uint16_t>((m & 0x0f) | ((m & 0x70) << 1) | ((m & 0xf80) << 2) |
                                    ((c & 1) << 4) | ((c & 2) << 7));
}

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

/// RFC 8489 section 14.8: fewer than 128 characters of UTF-8, at most 509 bytes; never cut inside a
/// character.
std::string_view fit_reason(std::string_view reason) {
  std::size_t characters = 0;
  std::size_t last_start = 0;
  for (std::size_t i = 0; i < reason.size(); ++i) {
    if (starts_character(reason[i])) {
      last_start = i;
      if (++characters > kMaxReasonCharacters) return reason.substr(0, i);
    }
    if (i == kMaxReasonBytes) return reason.substr(0, last_start);
  }
  return reason;
}

void write_error(std::uint8_t* value, std::uint8_t first, ErrorCode code, std::string_view reason) {
  const auto number = static_cast<unsigned>(code);
  value[0] = first;
  value[1] = 0;
  value[2] = static_cast<std::uint8_t>(number / 100);
  value[3] = static_cast<std::uint8_t>(number % 100);
  std::copy(reason.begin(), reason.end(), value + 4);
}

}  // namespace

MessageWriter::MessageWriter(MutableBytes out, MessageClass message_class, Method method,
                             const TransactionId& id)
    : out_(out), id_(id) {
  if (out.size() < kHeaderSize) {
    overflow_ = true;
    return;
  }
  store_be16(out.data(), message_type(message_class, method));
  store_be16(out.data() + 2, 0);
  store_be32(out.data() + 4, id.cookie);
  std::copy(id.bytes.begin(), id.bytes.end(), out.data() + 8);
  used_ = kHeaderSize;
}

void MessageWriter::add(AttributeType type, Bytes value) {
  if (std::uint8_t* to = reserve(type, value.size())) std::copy(value.begin(), value.end(), to);
}

void MessageWriter::add_u32(AttributeType type, std::uint32_t value) {
  if (std::uint8_t* to = reserve(type, 4)) store_be32(to, value);
}

void MessageWriter::add_address(AttributeType type, const Endpoint& address) {
  if (std::uint8_t* to = reserve(type, kAddressPrefixSize + address.ip.bytes().size())) {
    encode_address(to, address);
  }
}

void MessageWriter::add_xor_address(AttributeType type, const Endpoint& address) {
  if (std::uint8_t* to = reserve(type, kAddressPrefixSize + address.ip.bytes().size())) {
    encode_xor_address(to, address, id_);
  }
}

void MessageWriter::add_error(ErrorCode code, std::string_view reason) {
  const std::string_view text = fit_reason(reason);
  if (std::uint8_t* to = reserve(AttributeType::kErrorCode, 4 + text.size())) {
    write_error(to, 0, code, text);
  }
}

void MessageWriter::add_address_error(AddressFamily family, ErrorCode code,
                                      std::string_view reason) {
  const std::string_view text = fit_reason(reason);
  if (std::uint8_t* to = reserve(AttributeType::kAddressErrorCode, 4 + text.size())) {
    write_error(to, static_cast<std::uint8_t>(family), code, text);
  }
}

void MessageWriter::add_unknown_attributes(std::span<const std::uint16_t> types) {
  std::uint8_t* to = reserve(AttributeType::kUnknownAttributes, 2 * types.size());
  if (to == nullptr) return;
  for (const std::uint16_t type : types) {
    store_be16(to, type);
    to += 2;
  }
}

void MessageWriter::sign_sha1(const Digests& digests, Bytes key) {
  const std::size_t covered = used_;
  if (std::uint8_t* to = reserve(AttributeType::kMessageIntegrity, std::tuple_size_v<Sha1>)) {
    const Sha1 mac = digests.hmac_sha1(key, {Bytes(out_.first(covered))});
    std::copy(mac.begin(), mac.end(), to);
  }
  sealed_ = true;
}

void MessageWriter::sign_sha256(const Digests& digests, Bytes key) {
  const std::size_t covered = used_;
  if (std::uint8_t* to =
          reserve(AttributeType::kMessageIntegritySha256, std::tuple_size_v<Sha256>)) {
    const Sha256 mac = digests.hmac_sha256(key, {Bytes(out_.first(covered))});
    std::copy(mac.begin(), mac.end(), to);
  }
  sealed_ = true;
}

void MessageWriter::add_fingerprint() {
  const std::size_t covered = used_;
  if (std::uint8_t* to = reserve(AttributeType::kFingerprint, 4)) {
    store_be32(to, fingerprint(out_.first(covered)));
  }
  sealed_ = true;
}

std::optional<std::size_t> MessageWriter::finish() {
  if (overflow_) return std::nullopt;
  return used_;
}

std::uint8_t* MessageWriter::reserve(AttributeType type, std::size_t value_size) {
  // Behind integrity only these two mean anything to a receiver (RFC 8489 sections 14.5, 14.6).
  DCHECK(!sealed_ || type == AttributeType::kMessageIntegritySha256 ||
         type == AttributeType::kFingerprint);
  if (overflow_) return nullptr;
  const std::size_t attributes = used_ - kHeaderSize;
  if (value_size > kMaxAttributes ||
      out_.size() - used_ < kAttributeHeaderSize + padded(value_size) ||
      kMaxAttributes - attributes < kAttributeHeaderSize + padded(value_size)) {
    overflow_ = true;
    return nullptr;
  }
  std::uint8_t* header = out_.data() + used_;
  store_be16(header, static_cast<std::uint16_t>(type));
  store_be16(header + 2, static_cast<std::uint16_t>(value_size));
  std::uint8_t* value = header + kAttributeHeaderSize;
  std::fill_n(value + value_size, padded(value_size) - value_size, std::uint8_t{0});
  used_ += kAttributeHeaderSize + padded(value_size);
  store_be16(out_.data() + 2, static_cast<std::uint16_t>(used_ - kHeaderSize));
  return value;
}

}  // namespace turnpike::stun
