// Bytes of a connection: requests are refused or have one meaning, and bodies end where their
// header says. The first byte says in which pieces the body comes.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "http/server/request_parser.h"

namespace {

using namespace turnpike::http;

void check_header(const Request& request) {
  const auto lengths = request.headers.count("Content-Length");
  const auto codings = request.headers.count("Transfer-Encoding");
  CHECK(lengths + codings <= 1 && request.headers.count("Host") <= 1);
  for (const Header& header : request.headers.all()) {
    CHECK(!header.name.empty());
    CHECK(header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
}

/// Takes one request off the front; false when there is none that is taken.
bool take_request(std::string& bytes, const Limits& limits, std::size_t piece) {
  const auto length = header_length(bytes, limits);
  if (!length || *length == 0) return false;
  RequestParser parser(limits);
  Request request;
  if (parser.on_header(std::string_view(bytes).substr(0, *length), request)) return false;
  check_header(request);
  bytes.erase(0, *length);
  std::string held;
  while (!parser.complete()) {
    if (bytes.empty()) return false;
    const std::size_t count = std::min(piece, bytes.size());
    held += bytes.substr(0, count);
    bytes.erase(0, count);
    const auto used = parser.on_body(held);
    if (!used) return false;
    CHECK(*used <= held.size());
    held.erase(0, *used);
  }
  bytes.insert(0, held);
  CHECK(parser.take_body().size() <= limits.body_bytes);
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Limits limits;
  limits.header_bytes = 1024;
  limits.body_bytes = 512;
  std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  while (take_request(bytes, limits, data[0] % 64U + 1)) {
  }
  return 0;
}
