// Bytes in, bytes out, in order: the two ends of a memory connection. Keeps no memory when it is
// empty, because most connections are idle at any moment.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"

namespace turnpike::crypto {

class ByteQueue {
 public:
  bool empty() const { return size() == 0; }
  std::size_t size() const { return bytes_.size() - begin_; }

  /// Everything that waits; valid until the next change.
  Bytes front() const { return Bytes(bytes_).subspan(begin_); }

  void append(Bytes more) {
    if (begin_ > 0 && begin_ >= bytes_.size() / 2) {  // so that a slow reader does not make it grow
      bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
      begin_ = 0;
    }
    bytes_.insert(bytes_.end(), more.begin(), more.end());
  }

  /// `n` <= size().
  void consume(std::size_t n) {
    CHECK(n <= size());
    begin_ += n;
    if (empty()) clear();
  }

  /// Moves as much as fits; returns how many bytes.
  std::size_t take(MutableBytes out) {
    const std::size_t n = std::min(out.size(), size());
    std::copy_n(front().begin(), n, out.begin());
    consume(n);
    return n;
  }

  void clear() {
    bytes_ = std::vector<std::uint8_t>();
    begin_ = 0;
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t begin_ = 0;
};

}  // namespace turnpike::crypto
