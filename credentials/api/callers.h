// Who asks: API keys in every place where clients of other services put them, signed tokens, and
// client certificates.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "credentials/api/parameters.h"
#include "credentials/api/world.h"
#include "http/core/json_web_token.h"
#include "http/core/message.h"

namespace turnpike::credentials::api {

/// Which tokens are taken and what they mean; the keys are the World's.
struct TokenSettings {
  http::TokenRules rules;
  std::string identity_claim = "sub";     // who it is
  std::string policy_claim = "turnpike";  // a policy, or the id of an entry of api_keys
};

/// What a request shows of its caller; nothing of it has been checked.
struct Presented {
  enum class Kind : std::uint8_t { kNothing, kUnreadable, kKey, kToken };
  Kind kind = Kind::kNothing;
  std::string id{};  // of the key
  Secret secret{};   // of the key, or the token
};

/// Looks at, in this order: Authorization Bearer with a token, "ID.SECRET", or the secret alone
/// where the path names the key (Cloudflare); Basic with ID and SECRET; X-Api-Key; the parameters
/// key, apiKey, api, secretKey; ident and secret (Xirsys v2). A header that is wrong is not mended
/// by a parameter that is right.
Presented find_presented(const http::Request& request, const Parameters& parameters,
                         std::string_view path_key);

/// The error is for the audit log and never told to the caller.
Result<Caller, std::string> check_presented(const Presented& presented, const TokenSettings& tokens,
                                            World& world);

}  // namespace turnpike::credentials::api
