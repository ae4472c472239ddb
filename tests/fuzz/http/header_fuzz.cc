// Header values: Authorization as Basic and as Bearer, media types, Accept and Origin. Refused, or
// a value that says what it was read from.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/base64.h"
#include "base/check.h"
#include "http/core/authorization.h"
#include "http/core/cors.h"
#include "http/core/media_type.h"

namespace {

using namespace turnpike::http;

void check_basic(const std::string& header) {
  const auto basic = parse_basic(header);
  if (!basic) return;
  const std::string text = basic->user + ":" + std::string(basic->password.reveal());
  CHECK(header.ends_with(turnpike::base64_encode(turnpike::as_bytes(text))));
  CHECK(basic->user.find(':') == std::string::npos);
}

void check_bearer(const std::string& header) {
  const auto token = parse_bearer(header);
  if (!token) return;
  CHECK(!token->empty() && header.ends_with(*token));
  CHECK(token->find_first_of(" ,\"") == std::string_view::npos);
}

void check_origin(const std::string& text) {
  const auto pattern = OriginPattern::parse(text);
  if (!pattern) return;
  const std::string written = pattern->to_string();
  const auto again = OriginPattern::parse(written);
  CHECK(again && again->to_string() == written);
  CHECK(written.find("://*") != std::string::npos || pattern->matches(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string header(reinterpret_cast<const char*>(data), size);
  check_basic(header);
  check_bearer(header);
  check_origin(header);
  if (const auto type = parse_media_type(header)) {
    const auto again = parse_media_type(type->essence());
    CHECK(again && again->essence() == type->essence());
  }
  static_cast<void>(accepts(header, "application/json"));
  return 0;
}
