#include "credentials/core/long_term_key.h"

#include <algorithm>

#include "base/base64.h"

namespace turnpike::credentials {
namespace {

template <class Digest>
LongTermKey key_from(const Digest& digest) {
  LongTermKey key;
  static_assert(std::tuple_size_v<Digest> <= std::tuple_size_v<decltype(key.bytes)>);
  std::copy(digest.begin(), digest.end(), key.bytes.begin());
  key.size = static_cast<std::uint8_t>(digest.size());
  return key;
}

}  // namespace

LongTermKey long_term_key(const Digests& digests, PasswordAlgorithm algorithm,
                          std::string_view user, std::string_view realm,
                          std::string_view password) {
  const Bytes colon = as_bytes(":");
  const std::initializer_list<Bytes> parts = {as_bytes(user), colon, as_bytes(realm), colon,
                                              as_bytes(password)};
  switch (algorithm) {
    case PasswordAlgorithm::kMd5:
      return key_from(digests.md5(parts));
    case PasswordAlgorithm::kSha256:
      return key_from(digests.sha256(parts));
  }
  return {};
}

Secret rest_password(const Digests& digests, const Secret& secret, std::string_view username,
                     RestHash hash) {
  const auto parts = {as_bytes(username)};
  switch (hash) {
    case RestHash::kSha1:
      return Secret(base64_encode(digests.hmac_sha1(secret.reveal_bytes(), parts)));
    case RestHash::kSha256:
      return Secret(base64_encode(digests.hmac_sha256(secret.reveal_bytes(), parts)));
  }
  return {};
}

}  // namespace turnpike::credentials
