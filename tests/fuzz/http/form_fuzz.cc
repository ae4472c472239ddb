// Queries and forms: refused, or pairs of text within the limits that survive being written again.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "http/core/form.h"
#include "http/core/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace turnpike::http;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const FormLimits limits{.bytes = 4096, .pairs = 20};
  const auto form = parse_form(text, limits);
  if (!form) return 0;
  CHECK(form->pairs().size() <= limits.pairs && text.size() <= limits.bytes);
  std::string written;
  for (const auto& [name, value] : form->pairs()) {
    CHECK(is_utf8(name) && is_utf8(value));
    if (!written.empty()) written += '&';
    written += percent_encode(name) + '=' + percent_encode(value);
  }
  const auto again = parse_form(written, {.bytes = SIZE_MAX, .pairs = limits.pairs});
  CHECK(again && again->pairs() == form->pairs());
  return 0;
}
