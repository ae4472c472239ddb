// Text to typed value, one function per kind, with Coturn's booleans and strict numbers. No option
// names here.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace turnpike::conf {

enum class ValueError : std::uint8_t {
  kMissing,
  kNotABoolean,
  kNotANumber,
  kHasUnit,  // digits and then a unit, as in 64k
  kOutOfRange,
};

/// Coturn's rule: nothing means true; then the first character decides (0 n f, 1-9 y t, either
/// case); then on and off.
Result<bool, ValueError> parse_flag(std::string_view text);
/// Digits only: no sign, no unit, no white space.
Result<std::uint64_t, ValueError> parse_number(std::string_view text, std::uint64_t min,
                                               std::uint64_t max);
/// Is `text` one of `choices`, which are separated by '|'?
bool is_choice(std::string_view text, std::string_view choices);

}  // namespace turnpike::conf
