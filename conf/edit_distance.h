// How far apart two names are, for "did you mean". Knows no names.
#pragma once

#include <cstddef>
#include <string_view>

namespace turnpike::conf {

/// Levenshtein's distance, where upper and lower case, and '-' and '_', count as equal.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace turnpike::conf
