// JSON Web Tokens (RFC 7519) in compact form, signed: taking them apart, the rules of their claims,
// and the usual attacks (RFC 8725). Whether a signature is good is asked of TokenKeys.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace turnpike::http {

inline constexpr std::size_t kMaxTokenBytes = 8192;

/// RFC 7518 section 3.1. "none" is none of them.
enum class TokenAlgorithm : std::uint8_t { kHs256, kRs256, kEs256 };

class TokenKeys {
 public:
  virtual ~TokenKeys() = default;
  /// Whether one of the keys that are for this algorithm, and have this id when there is one, made
  /// the signature. A key is for one algorithm only, whatever the token says.
  virtual bool verify(TokenAlgorithm algorithm, std::string_view key_id, Bytes message,
                      Bytes signature) const = 0;
};

struct TokenRules {
  std::string issuer;    // "iss" is this
  std::string audience;  // "aud" is this or has it
  seconds leeway{60};    // by how much clocks may differ
};

/// Three parts with dots between them; says nothing of their contents.
bool has_token_form(std::string_view text);

/// The claims of a token that is signed, of this issuer, for this audience, begun and not expired;
/// "exp" must be there. The error says why not, for a log: nothing of the token is in it.
Result<boost::json::object, std::string> check_token(std::string_view text, const TokenKeys& keys,
                                                     const TokenRules& rules, WallTime now);

}  // namespace turnpike::http
