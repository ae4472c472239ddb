#include "credentials/core/mint.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"

namespace turnpike::credentials {
namespace {

bool is_clean(std::string_view text, std::size_t max_bytes) {
  return text.size() <= max_bytes && std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
         });
}

}  // namespace

Result<MintedCredential, MintFailure> mint(const Digests& digests, const MintSettings& settings,
                                           const MintRequest& request, WallTime now) {
  if (settings.secrets.empty() || settings.secrets.front().empty()) {
    return fail(MintFailure::kNoSecret);
  }
  if (!is_clean(request.user, kMaxUserBytes)) return fail(MintFailure::kBadUser);
  if (!is_clean(request.session, kMaxSessionBytes) ||
      request.session.find(settings.separator) != std::string_view::npos) {
    return fail(MintFailure::kBadSession);
  }
  const seconds wanted = request.lifetime.value_or(settings.default_lifetime);
  if (wanted <= seconds(0)) return fail(MintFailure::kBadLifetime);

  MintedCredential credential;
  credential.lifetime = std::min(wanted, settings.max_lifetime);
  credential.expires_s = unix_seconds(now) + credential.lifetime.count();
  credential.username = fmt::format("{}", credential.expires_s);
  for (const std::string_view part : {request.session, request.user}) {
    if (part.empty()) continue;
    credential.username += settings.separator;
    credential.username += part;
  }
  credential.password =
      rest_password(digests, settings.secrets.front(), credential.username, settings.hash);
  return credential;
}

std::string_view mint_failure_text(MintFailure failure) {
  switch (failure) {
    case MintFailure::kNoSecret:
      return "there is no secret to sign with";
    case MintFailure::kBadUser:
      return "the user has more than 255 bytes or control characters in it";
    case MintFailure::kBadSession:
      return "the session has more than 127 bytes, control characters or the separator in it";
    case MintFailure::kBadLifetime:
      return "the lifetime is not positive";
  }
  return "";
}

Secret generate_shared_secret(Rng& rng) {
  constexpr std::string_view kCharacters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
      "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  constexpr std::size_t kLength = 36;
  std::string key;
  for (std::size_t i = 0; i < kLength; ++i) key += kCharacters[rng.below(kCharacters.size())];
  return Secret(base64_encode(as_bytes(key)));
}

Secret generate_api_key(Rng& rng) {
  std::array<std::uint8_t, 32> random{};
  rng.fill(random);
  return Secret("tpk_" + base64url_encode(random));
}

}  // namespace turnpike::credentials
