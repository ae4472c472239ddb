// Any text as a user name that carries its expiry; the first byte is the separator. Whatever is
// found must stand in the name where the rules say, and names without a number in either place must
// give nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "base/bytes.h"
#include "base/check.h"
#include "credentials/core/timed_name.h"

namespace turnpike::credentials {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The number at the start of the text, as atol() reads it but without a limit on its size.
std::int64_t leading_number(std::string_view text) {
  constexpr std::int64_t kGreatest = std::numeric_limits<std::int64_t>::max();
  std::int64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) break;
    const std::int64_t digit = c - '0';
    value = value > (kGreatest - digit) / 10 ? kGreatest : value * 10 + digit;
  }
  return value;
}

void check_name(std::string_view username, char separator) {
  const auto name = parse_timed_name(username, separator);
  const std::size_t split = username.find(separator);
  const std::string_view head = username.substr(0, split);
  const bool number_first = !head.empty() && std::all_of(head.begin(), head.end(), is_digit);
  if (!name) {
    CHECK(!number_first);
    return;
  }
  const std::string_view tail =
      split == std::string_view::npos ? std::string_view() : username.substr(split + 1);
  const std::string_view behind = tail.substr(0, tail.find(separator));
  CHECK(name->expiry_s == leading_number(number_first ? head : behind));
  CHECK(name->user.empty() ||
        (name->user.data() >= username.data() &&
         name->user.data() + name->user.size() <= username.data() + username.size()));
  if (number_first) {
    CHECK(name->user == (split == std::string_view::npos ? head : tail));
  } else {
    CHECK(!tail.empty() && is_digit(tail[0]));
    CHECK(name->user == (head.empty() ? tail : head));
  }
}

}  // namespace
}  // namespace turnpike::credentials

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = turnpike::as_text({data, size});
  turnpike::credentials::check_name(text.substr(1), text[0]);
  return 0;
}
