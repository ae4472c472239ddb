// The digests the pure rooms need, as an interface; relay/crypto implements it with OpenSSL.
// Control path only: nothing here is called per relayed packet.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "base/bytes.h"

namespace turnpike {

using Md5 = std::array<std::uint8_t, 16>;
using Sha1 = std::array<std::uint8_t, 20>;
using Sha256 = std::array<std::uint8_t, 32>;

class Digests {
 public:
  virtual ~Digests() = default;
  /// Each digest runs over the parts as if they were one string.
  virtual Sha1 hmac_sha1(Bytes key, std::initializer_list<Bytes> parts) const = 0;
  virtual Sha256 hmac_sha256(Bytes key, std::initializer_list<Bytes> parts) const = 0;
  virtual Md5 md5(std::initializer_list<Bytes> parts) const = 0;
  virtual Sha256 sha256(std::initializer_list<Bytes> parts) const = 0;
};

/// Takes the same time wherever the first difference is; lengths are not secret.
inline bool equal_constant_time(Bytes a, Bytes b) {
  if (a.size() != b.size()) return false;
  std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<std::uint8_t>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

}  // namespace turnpike
