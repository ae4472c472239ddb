// Packets on their way from a viewer's stream to its protection: one buffer, used again each time.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace turnpike::rtc {

class Outgoing {
 public:
  void clear() {
    bytes_.clear();
    packets_.clear();
  }
  /// Room for one more packet of `size` bytes; good until the next call.
  MutableBytes add(std::size_t size, bool is_rtcp) {
    packets_.push_back({.at = bytes_.size(), .size = size, .is_rtcp = is_rtcp});
    bytes_.resize(bytes_.size() + size);
    return MutableBytes(bytes_).last(size);
  }
  std::size_t size() const { return packets_.size(); }
  bool empty() const { return packets_.empty(); }
  Bytes packet(std::size_t index) const {
    return Bytes(bytes_).subspan(packets_[index].at, packets_[index].size);
  }
  /// Else RTP: SRTP protects them with different calls.
  bool is_rtcp(std::size_t index) const { return packets_[index].is_rtcp; }

 private:
  struct Packet {
    std::size_t at = 0;
    std::size_t size = 0;
    bool is_rtcp = false;
  };
  std::vector<std::uint8_t> bytes_;
  std::vector<Packet> packets_;
};

}  // namespace turnpike::rtc
