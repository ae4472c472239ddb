#include "relay/turn/nonce.h"

#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "base/check.h"

namespace turnpike::turn {
namespace {

// RFC 8489 sections 9.2 and 18.1: the cookie, then 24 feature bits in base64. Bit 0, "password
// algorithms", is the leftmost: 0x800000.
constexpr std::string_view kPasswordAlgorithmsCookie = "obMatJos2gAAA";
constexpr std::size_t kTimeDigits = 8;
constexpr std::size_t kMacBytes = 8;
constexpr std::int64_t kFutureTolerance_s = 5;

static_assert(kPasswordAlgorithmsCookie.size() + kTimeDigits + 2 * kMacBytes ==
              NonceMint::kMaxSize);

void append_hex(NonceMint::Nonce& nonce, Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const std::uint8_t b : bytes) {
    nonce.text[nonce.size++] = kDigits[b >> 4];
    nonce.text[nonce.size++] = kDigits[b & 15];
  }
}

}  // namespace

NonceMint::Nonce NonceMint::mint(const Digests& digests, const ClientAddress& client,
                                 WallTime now) const {
  return write(digests, client, static_cast<std::uint32_t>(unix_seconds(now)));
}

NonceVerdict NonceMint::check(const Digests& digests, const ClientAddress& client, WallTime now,
                              std::string_view nonce) const {
  const std::size_t prefix = cookie().size();
  if (nonce.size() != prefix + kTimeDigits + 2 * kMacBytes) return NonceVerdict::kForged;
  const char* const digits = nonce.data() + prefix;
  std::uint32_t minted_at = 0;
  const auto [end, error] = std::from_chars(digits, digits + kTimeDigits, minted_at, 16);
  if (error != std::errc() || end != digits + kTimeDigits) return NonceVerdict::kForged;
  const Nonce ours = write(digests, client, minted_at);
  if (!equal_constant_time(as_bytes(nonce), as_bytes(ours.view()))) return NonceVerdict::kForged;
  // The difference of 32-bit times is right across the wrap of 2106 too.
  const auto age_s =
      static_cast<std::int32_t>(static_cast<std::uint32_t>(unix_seconds(now)) - minted_at);
  if (age_s < -kFutureTolerance_s) return NonceVerdict::kStale;
  const bool expires = settings_.lifetime.count() != 0;
  return expires && age_s >= settings_.lifetime.count() ? NonceVerdict::kStale
                                                        : NonceVerdict::kFresh;
}

NonceMint::Nonce NonceMint::write(const Digests& digests, const ClientAddress& client,
                                  std::uint32_t minted_at) const {
  CHECK(!settings_.key.empty());
  std::array<std::uint8_t, 4> time{};
  store_be32(time.data(), minted_at);
  std::array<std::uint8_t, 2> port{};
  store_be16(port.data(), client.value.port);
  // The two families' addresses differ in length, so no two clients make the same input.
  const Sha256 mac =
      digests.hmac_sha256(settings_.key.reveal_bytes(), {time, client.value.ip.bytes(), port});
  Nonce nonce;
  const std::string_view prefix = cookie();
  std::copy(prefix.begin(), prefix.end(), nonce.text.begin());
  nonce.size = static_cast<std::uint8_t>(prefix.size());
  append_hex(nonce, time);
  append_hex(nonce, Bytes(mac).first(kMacBytes));
  return nonce;
}

std::string_view NonceMint::cookie() const {
  return settings_.offer_sha256 ? kPasswordAlgorithmsCookie : std::string_view();
}

}  // namespace turnpike::turn
