// ZIP archives for tests, with stored entries and with sizes that may lie.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace turnpike::documents {

class ZipMaker {
 public:
  /// `claimed`: the unpacked size that the directory says, where that is not the true one.
  ZipMaker& add(std::string_view name, std::string_view content, std::uint32_t claimed = 0) {
    const auto size = static_cast<std::uint32_t>(content.size());
    const bool lies = claimed != 0;
    const std::string middle = le16(0) + le16(lies ? 8 : 0) + le32(0) + le32(0) + le32(size) +
                               le32(lies ? claimed : size) +
                               le16(static_cast<std::uint16_t>(name.size())) + le16(0);
    directory_ += "PK\x01\x02" + le16(20) + le16(20) + middle + le16(0) + le16(0) + le16(0) +
                  le32(0) + le32(static_cast<std::uint32_t>(files_.size())) + std::string(name);
    files_ += "PK\x03\x04" + le16(20) + middle + std::string(name) + std::string(content);
    ++count_;
    return *this;
  }
  std::string make() const {
    return files_ + directory_ + "PK\x05\x06" + le32(0) + le16(count_) + le16(count_) +
           le32(static_cast<std::uint32_t>(directory_.size())) +
           le32(static_cast<std::uint32_t>(files_.size())) + le16(0);
  }

 private:
  static std::string le16(std::uint16_t v) {
    return {static_cast<char>(v & 0xff), static_cast<char>(v >> 8)};
  }
  static std::string le32(std::uint32_t v) {
    return le16(static_cast<std::uint16_t>(v & 0xffff)) + le16(static_cast<std::uint16_t>(v >> 16));
  }
  std::string files_, directory_;
  std::uint16_t count_ = 0;
};

}  // namespace turnpike::documents
