#include "credentials/core/admin_password.h"

#include <array>
#include <cstdint>

#include "base/base64.h"

namespace turnpike::credentials {

Secret hash_password(const Digests& digests, Rng& rng, std::string_view password) {
  std::array<std::uint8_t, 8> salt{};
  rng.fill(salt);
  return Secret("$5$" + hex_encode(salt) + "$" +
                hex_encode(digests.sha256({salt, as_bytes(password)})));
}

}  // namespace turnpike::credentials
