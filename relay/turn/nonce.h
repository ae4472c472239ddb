// Stateless nonces: the time and a MAC over it and the client's address, so a nonce is checked
// without being remembered, is of no use from another address, and costs 24 characters. Form of
// Coturn's stateless nonce: 8 hex digits of time, 16 of MAC. Keeps no state and draws no random
// numbers: one client gets the same nonce twice within one second.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/digests.h"
#include "base/ip_address.h"
#include "base/secret.h"
#include "base/time.h"

namespace turnpike::turn {

enum class NonceVerdict : std::uint8_t {
  kFresh,
  kStale,   // ours, and too old or from more than 5 s in the future
  kForged,  // not ours: other key, other address, changed, or without the cookie that we offer
};

struct NonceSettings {
  Secret key;             // `stateless-nonce-secret`, or random per process
  seconds lifetime{600};  // `stale-nonce`; 0 never expires
  /// Prefix the RFC 8489 section 9.2 security-feature cookie (bit "password algorithms").
  bool offer_sha256 = false;
};

class NonceMint {
 public:
  static constexpr std::size_t kMaxSize = 13 + 24;
  struct Nonce {
    std::array<char, kMaxSize> text{};
    std::uint8_t size = 0;
    std::string_view view() const { return {text.data(), size}; }
  };

  /// A mint without a key can be stored but neither mints nor checks: that is a CHECK.
  explicit NonceMint(NonceSettings settings) : settings_(std::move(settings)) {}
  Nonce mint(const Digests& digests, const ClientAddress& client, WallTime now) const;
  /// Fresh for `lifetime` from the second it was minted. Nonces up to 5 s from the future pass, for
  /// fleets that share a key.
  NonceVerdict check(const Digests& digests, const ClientAddress& client, WallTime now,
                     std::string_view nonce) const;

 private:
  Nonce write(const Digests& digests, const ClientAddress& client, std::uint32_t minted_at) const;
  std::string_view cookie() const;

  NonceSettings settings_;
};

}  // namespace turnpike::turn
