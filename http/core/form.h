// Queries and bodies of application/x-www-form-urlencoded (URL Standard section 5.1) as pairs, with
// limits. Stricter than browsers: broken encodings, controls and text that is not UTF-8 are
// refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace turnpike::http {

enum class FormError : std::uint8_t {
  kTooMany,   // pairs
  kTooLong,   // all of it
  kEncoding,  // "%" without two hexadecimal digits, or a byte that must be encoded
  kText,      // not UTF-8, or a control character other than a line's end and the tab
};

std::string_view form_error_text(FormError error);

struct FormLimits {
  std::size_t bytes = 65536;
  std::size_t pairs = 100;
};

class Form {
 public:
  /// The first value of that name, in its case.
  std::optional<std::string_view> find(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  std::size_t count(std::string_view name) const { return all(name).size(); }
  const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

 private:
  friend Result<Form, FormError> parse_form(std::string_view, const FormLimits&);
  std::vector<std::pair<std::string, std::string>> pairs_;
};

/// "a=1&b=x+y": "+" is a space, a name without "=" has an empty value, empty pieces are skipped.
Result<Form, FormError> parse_form(std::string_view text, const FormLimits& limits = {});

/// Everything but letters, digits and "-._~" as %XX.
std::string percent_encode(std::string_view text);

}  // namespace turnpike::http
