#include "credentials/core/saslprep.h"

#include <stringprep.h>

#include <algorithm>
#include <array>
#include <string>

namespace turnpike::credentials {
namespace {

bool is_plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

SaslprepFailure failure_of(int code) {
  switch (code) {
    case STRINGPREP_CONTAINS_UNASSIGNED:
      return SaslprepFailure::kUnassigned;
    case STRINGPREP_BIDI_BOTH_L_AND_RAL:
    case STRINGPREP_BIDI_LEADTRAIL_NOT_RAL:
      return SaslprepFailure::kBidirectional;
    case STRINGPREP_TOO_SMALL_BUFFER:
      return SaslprepFailure::kTooLong;
    case STRINGPREP_ICONV_ERROR:
      return SaslprepFailure::kNotUtf8;
    default:
      return SaslprepFailure::kProhibited;
  }
}

void wipe(std::array<char, kMaxSaslprepBytes + 1>& buffer) {
  volatile char* p = buffer.data();
  for (std::size_t i = 0; i < buffer.size(); ++i) p[i] = 0;
}

}  // namespace

Result<Secret, SaslprepFailure> saslprep(std::string_view text) {
  if (text.size() > kMaxSaslprepBytes) return fail(SaslprepFailure::kTooLong);
  if (is_plain_ascii(text)) return Secret(std::string(text));
  // A C string cannot hold it, and U+0000 is prohibited.
  if (text.find('\0') != std::string_view::npos) return fail(SaslprepFailure::kProhibited);
  std::array<char, kMaxSaslprepBytes + 1> buffer{};
  std::copy(text.begin(), text.end(), buffer.begin());
  const int code =
      ::stringprep(buffer.data(), buffer.size(), STRINGPREP_NO_UNASSIGNED, stringprep_saslprep);
  if (code != STRINGPREP_OK) {
    wipe(buffer);
    return fail(failure_of(code));
  }
  Secret prepared{std::string(buffer.data())};
  wipe(buffer);
  return prepared;
}

std::string_view saslprep_failure_text(SaslprepFailure failure) {
  switch (failure) {
    case SaslprepFailure::kNotUtf8:
      return "is not UTF-8";
    case SaslprepFailure::kProhibited:
      return "has a character that no password may have (RFC 4013 section 2.3)";
    case SaslprepFailure::kBidirectional:
      return "mixes directions of writing (RFC 4013 section 2.4)";
    case SaslprepFailure::kUnassigned:
      return "has a character that Unicode 3.2 does not know (RFC 4013 section 2.5)";
    case SaslprepFailure::kTooLong:
      return "is too long: 4096 bytes are the most";
  }
  return "";
}

Secret saslprep_or_bytes(std::string_view text) {
  auto prepared = saslprep(text);
  return prepared && !prepared->empty() ? *std::move(prepared) : Secret(std::string(text));
}

}  // namespace turnpike::credentials
