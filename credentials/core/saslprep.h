// SASLprep (RFC 4013): the one form of a password that may be typed in several ways, by libidn's
// stringprep. ASCII without control characters stays as it is. Keeps nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace turnpike::credentials {

enum class SaslprepFailure : std::uint8_t {
  kNotUtf8,
  kProhibited,     // RFC 4013 section 2.3: control characters, private use, ...
  kBidirectional,  // section 2.4: right-to-left and left-to-right letters mixed
  kUnassigned,     // section 2.5: not in Unicode 3.2, so its form is not known
  kTooLong,        // more than kMaxSaslprepBytes, before or after
};

inline constexpr std::size_t kMaxSaslprepBytes = 4096;

/// The prepared form as a "stored string" (RFC 3454 section 7): unassigned code points fail.
Result<Secret, SaslprepFailure> saslprep(std::string_view text);

/// For an error line: "has a character that no password may have (RFC 4013 section 2.3)".
std::string_view saslprep_failure_text(SaslprepFailure failure);

/// The prepared form, or the bytes themselves where there is none or nothing of it is left: what
/// the relay does with `user=name:password`, so that no account that worked stops to work.
Secret saslprep_or_bytes(std::string_view text);

}  // namespace turnpike::credentials
