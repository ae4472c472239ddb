// Stateless nonces: the time and a MAC over it and the client's address, so a nonce is checked
// without being remembered, is of no use from another address, and costs 24 characters. Form of
// Coturn's stateless nonce: 8 hex digits of time, 16 of MAC.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/digests.h"
#include "base/ip_address.h"
#include "base/secret.h"
#include "base/time.h"

namespace turnpike::turn {

enum class NonceVerdict : std::uint8_t { kFresh, kStale, kForged };

struct NonceSettings {
  Secret key;             // `stateless-nonce-secret`, or random per process
  seconds lifetime{600};  // `stale-nonce`; 0 never expires
  bool offer_sha256 =
      false;  // prefix the RFC 8489 section 9.2 security-feature cookie (bit "password algorithms")
};

class NonceMint {
 public:
  static constexpr std::size_t kMaxSize = 13 + 24;
  struct Nonce {
    std::array<char, kMaxSize> text{};
    std::uint8_t size = 0;
    std::string_view view() const { return {text.data(), size}; }
  };

  explicit NonceMint(NonceSettings settings) : settings_(std::move(settings)) {}
  Nonce mint(const Digests& digests, const ClientAddress& client, WallTime now) const;
  /// Nonces up to 5 s from the future pass, for fleets that share a key.
  NonceVerdict check(const Digests& digests, const ClientAddress& client, WallTime now,
                     std::string_view nonce) const;

 private:
  NonceSettings settings_;
};

}  // namespace turnpike::turn
