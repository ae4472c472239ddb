// Builds messages that MessageWriter would never write: wrong lengths, attributes in forbidden
// places, garbage. It keeps the header's length field right unless it is told otherwise, and checks
// nothing.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "relay/stun/message.h"

namespace turnpike::stun {

class RawMessage {
 public:
  explicit RawMessage(std::uint16_t type, std::uint32_t cookie = kMagicCookie) {
    bytes_.resize(kHeaderSize);
    store_be16(bytes_.data(), type);
    store_be32(bytes_.data() + 4, cookie);
    for (std::size_t i = 8; i < kHeaderSize; ++i) bytes_[i] = static_cast<std::uint8_t>(i);
  }
  /// A message that was already written.
  explicit RawMessage(Bytes bytes) : bytes_(bytes.begin(), bytes.end()) {}

  RawMessage& attribute(std::uint16_t type, Bytes value, std::uint8_t padding = 0) {
    return attribute_claiming(type, static_cast<std::uint16_t>(value.size()), value, padding);
  }
  RawMessage& attribute(AttributeType type, std::string_view value) {
    return attribute(static_cast<std::uint16_t>(type), as_bytes(value));
  }
  RawMessage& attribute_claiming(std::uint16_t type, std::uint16_t size, Bytes value,
                                 std::uint8_t padding = 0) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + kAttributeHeaderSize);
    store_be16(bytes_.data() + at, type);
    store_be16(bytes_.data() + at + 2, size);
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    while (bytes_.size() % 4 != 0) bytes_.push_back(padding);
    return length(bytes_.size() - kHeaderSize);
  }
  RawMessage& fingerprint() {
    length(bytes_.size() - kHeaderSize + 8);
    std::uint8_t crc[4];
    store_be32(crc, stun::fingerprint(bytes_));
    return attribute(static_cast<std::uint16_t>(AttributeType::kFingerprint), crc);
  }
  RawMessage& length(std::size_t claimed) {
    store_be16(bytes_.data() + 2, static_cast<std::uint16_t>(claimed));
    return *this;
  }

  Bytes bytes() const { return bytes_; }
  std::vector<std::uint8_t>& mutable_bytes() { return bytes_; }
  Result<MessageView, ParseError> parse(Classic classic = Classic::kRefuse) const {
    return MessageView::parse(bytes_, classic);
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

inline std::vector<std::uint8_t> copy_of(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

inline Endpoint endpoint(std::string_view text) {
  return Endpoint::parse(text).value();
}

inline constexpr std::uint16_t kBindingRequest = 0x0001;

}  // namespace turnpike::stun
