#include "relay/crypto/key_hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/base64.h"
#include "base/check.h"

namespace turnpike::crypto {
namespace {

constexpr std::string_view kSha256Prefix = "sha256:";
constexpr std::string_view kScryptPrefix = "scrypt:16384:8:1:";
constexpr std::uint64_t kCost = 16384, kBlock = 8, kParallel = 1;
constexpr std::uint64_t kMemory = 64 << 20;  // OpenSSL's own bound; 16 MiB are used
constexpr std::size_t kSaltBytes = 16;

Sha256 sha256(std::string_view text) {
  Sha256 digest{};
  unsigned int size = 0;
  CHECK(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  return digest;
}

Sha256 scrypt(std::string_view password, Bytes salt) {
  Sha256 key{};
  CHECK(EVP_PBE_scrypt(password.data(), password.size(), salt.data(), salt.size(), kCost, kBlock,
                       kParallel, kMemory, key.data(), key.size()) == 1);
  return key;
}

struct Parsed {
  std::vector<std::uint8_t> salt;  // empty: SHA-256
  Sha256 digest{};
};

bool copy_digest(const std::optional<std::vector<std::uint8_t>>& bytes, Sha256& digest) {
  if (!bytes || bytes->size() != digest.size()) return false;
  std::ranges::copy(*bytes, digest.begin());
  return true;
}

std::optional<Parsed> parse(std::string_view hash) {
  Parsed parsed;
  if (hash.starts_with(kSha256Prefix)) {
    if (!copy_digest(hex_decode(hash.substr(kSha256Prefix.size())), parsed.digest)) {
      return std::nullopt;
    }
    return parsed;
  }
  if (!hash.starts_with(kScryptPrefix)) return std::nullopt;
  const std::string_view rest = hash.substr(kScryptPrefix.size());
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto salt = base64url_decode(rest.substr(0, colon));
  if (!salt || salt->size() < kSaltBytes) return std::nullopt;
  if (!copy_digest(base64url_decode(rest.substr(colon + 1)), parsed.digest)) return std::nullopt;
  parsed.salt = *std::move(salt);
  return parsed;
}

}  // namespace

std::string hash_api_key(std::string_view key) {
  return api_key_hash(sha256(key));
}

std::string api_key_hash(const Sha256& digest) {
  return std::string(kSha256Prefix) + hex_encode(digest);
}

std::string hash_password(std::string_view password, Rng& rng) {
  std::array<std::uint8_t, kSaltBytes> salt{};
  rng.fill(salt);
  return std::string(kScryptPrefix) + base64url_encode(salt) + ":" +
         base64url_encode(scrypt(password, salt));
}

bool matches_hash(std::string_view text, std::string_view hash) {
  const auto parsed = parse(hash);
  if (!parsed) return false;
  const Sha256 found = parsed->salt.empty() ? sha256(text) : scrypt(text, parsed->salt);
  return equal_constant_time(found, parsed->digest);
}

bool is_key_hash(std::string_view hash) {
  return parse(hash).has_value();
}

std::optional<Sha256> api_key_digest(std::string_view hash) {
  const auto parsed = parse(hash);
  if (!parsed || !parsed->salt.empty()) return std::nullopt;
  return parsed->digest;
}

}  // namespace turnpike::crypto
