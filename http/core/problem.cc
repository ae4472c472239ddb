#include "http/core/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/utf8.h"

namespace turnpike::http {
namespace {

constexpr std::array kTitles = {
    std::pair{200U, "OK"},
    std::pair{201U, "Created"},
    std::pair{202U, "Accepted"},
    std::pair{204U, "No Content"},
    std::pair{301U, "Moved Permanently"},
    std::pair{302U, "Found"},
    std::pair{303U, "See Other"},
    std::pair{304U, "Not Modified"},
    std::pair{307U, "Temporary Redirect"},
    std::pair{308U, "Permanent Redirect"},
    std::pair{400U, "Bad Request"},
    std::pair{401U, "Unauthorized"},
    std::pair{403U, "Forbidden"},
    std::pair{404U, "Not Found"},
    std::pair{405U, "Method Not Allowed"},
    std::pair{406U, "Not Acceptable"},
    std::pair{408U, "Request Timeout"},
    std::pair{409U, "Conflict"},
    std::pair{410U, "Gone"},
    std::pair{411U, "Length Required"},
    std::pair{412U, "Precondition Failed"},
    std::pair{413U, "Content Too Large"},
    std::pair{414U, "URI Too Long"},
    std::pair{415U, "Unsupported Media Type"},
    std::pair{417U, "Expectation Failed"},
    std::pair{422U, "Unprocessable Content"},
    std::pair{426U, "Upgrade Required"},
    std::pair{429U, "Too Many Requests"},
    std::pair{431U, "Request Header Fields Too Large"},
    std::pair{500U, "Internal Server Error"},
    std::pair{501U, "Not Implemented"},
    std::pair{502U, "Bad Gateway"},
    std::pair{503U, "Service Unavailable"},
    std::pair{504U, "Gateway Timeout"},
    std::pair{505U, "HTTP Version Not Supported"},
};

void append_escaped(std::string& out, char c) {
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (static_cast<unsigned char>(c) < 0x20) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  } else {
    out += c;
  }
}

}  // namespace

std::string_view status_title(unsigned status) {
  const auto at = std::find_if(kTitles.begin(), kTitles.end(),
                               [status](const auto& row) { return row.first == status; });
  return at == kTitles.end() ? "Error" : at->second;
}

std::string json_quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : to_utf8(text)) append_escaped(out, c);
  return out + '"';
}

Response problem(unsigned status, std::string_view detail) {
  Response response{.status = status, .headers = {}, .body = {}};
  response.body = fmt::format(R"({{"type":"about:blank","title":"{}","status":{})",
                              status_title(status), status);
  if (!detail.empty()) response.body += fmt::format(R"(,"detail":{})", json_quote(detail));
  response.body += '}';
  response.headers.set("Content-Type", "application/problem+json");
  set_no_store(response);
  return response;
}

void set_retry_after(Response& response, std::uint64_t seconds) {
  response.headers.set("Retry-After", std::to_string(std::max<std::uint64_t>(seconds, 1)));
}

void set_no_store(Response& response) {
  response.headers.set("Cache-Control", "no-store");
}

}  // namespace turnpike::http
