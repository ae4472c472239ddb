// JSON: refused with a sentence, or a value that is the same when it is written and read again.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "http/core/json.h"
#include "http/core/problem.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace turnpike::http;
  const std::string text(reinterpret_cast<const char*>(data), size);
  CHECK(parse_json(json_quote(text), {.bytes = SIZE_MAX, .depth = 1}));
  const auto value = parse_json(text, {.bytes = 4096, .depth = 8});
  if (!value) {
    CHECK(!value.error().empty());
    return 0;
  }
  const std::string written = to_json(*value);
  const auto again = parse_json(written, {.bytes = SIZE_MAX, .depth = 8});
  CHECK(again && to_json(*again) == written);
  if (value->is_object()) {
    for (const char* name : {"a", "id", "ttl"}) {
      static_cast<void>(text_member(value->get_object(), name));
      static_cast<void>(number_member(value->get_object(), name));
      static_cast<void>(flag_member(value->get_object(), name));
    }
  }
  return 0;
}
