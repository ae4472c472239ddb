// Integrity is computed over the message as it looked when its sender had just added the integrity
// attribute: the bytes before it, with a length field that ends behind it. The input stays
// untouched; only its length field is replaced.
#include "relay/stun/integrity.h"

#include <algorithm>
#include <array>

namespace turnpike::stun {
namespace {

constexpr std::size_t kLengthEnd = 4;  // type and length field
constexpr std::size_t kSha256Min = 16;

/// The value of the integrity attribute whose header is at `offset`.
Bytes value_at(const MessageView& message, std::size_t offset) {
  const Bytes bytes = message.bytes();
  return bytes.subspan(offset + kAttributeHeaderSize, load_be16(bytes.data() + offset + 2));
}

/// The first four bytes of the message, ending it behind the attribute at `offset`.
std::array<std::uint8_t, kLengthEnd> patched_start(const MessageView& message, std::size_t offset,
                                                   std::size_t mac_size) {
  std::array<std::uint8_t, kLengthEnd> start{};
  std::copy_n(message.bytes().begin(), 2, start.begin());
  const std::size_t length = offset + kAttributeHeaderSize + mac_size - kHeaderSize;
  store_be16(start.data() + 2, static_cast<std::uint16_t>(length));
  return start;
}

}  // namespace

bool verify_sha1(const MessageView& message, const Digests& digests, Bytes key) {
  if (!message.has_integrity_sha1()) return false;
  const std::size_t offset = message.integrity_sha1_offset();
  const Bytes mac = value_at(message, offset);
  if (mac.size() != std::tuple_size_v<Sha1>) return false;
  const auto start = patched_start(message, offset, mac.size());
  const Bytes covered = message.bytes().subspan(kLengthEnd, offset - kLengthEnd);
  return equal_constant_time(digests.hmac_sha1(key, {Bytes(start), covered}), mac);
}

bool verify_sha256(const MessageView& message, const Digests& digests, Bytes key) {
  if (!message.has_integrity_sha256()) return false;
  const std::size_t offset = message.integrity_sha256_offset();
  const Bytes mac = value_at(message, offset);
  // RFC 8489 section 14.6: the sender may cut it, to at least 16 bytes and a multiple of four.
  if (mac.size() < kSha256Min || mac.size() > std::tuple_size_v<Sha256> || mac.size() % 4 != 0) {
    return false;
  }
  const auto start = patched_start(message, offset, mac.size());
  const Bytes covered = message.bytes().subspan(kLengthEnd, offset - kLengthEnd);
  const Sha256 expected = digests.hmac_sha256(key, {Bytes(start), covered});
  return equal_constant_time(Bytes(expected).first(mac.size()), mac);
}

}  // namespace turnpike::stun
