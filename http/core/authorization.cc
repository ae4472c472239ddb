#include "http/core/authorization.h"

#include <algorithm>

#include "base/base64.h"
#include "http/core/target.h"

namespace turnpike::http {
namespace {

/// What follows "<scheme> ", in any case; nothing for another scheme.
std::optional<std::string_view> behind_scheme(std::string_view header, std::string_view scheme) {
  if (header.size() > kMaxAuthorization || header.size() <= scheme.size()) return std::nullopt;
  const bool same = std::equal(scheme.begin(), scheme.end(), header.begin(), [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
  });
  if (!same || header[scheme.size()] != ' ') return std::nullopt;
  header.remove_prefix(scheme.size());
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  return header;
}

bool is_text(std::string_view text) {
  return is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte < 0x20 || byte == 0x7f;
         });
}

bool is_token68(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~+/").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<BasicCredentials> parse_basic(std::string_view header) {
  const auto text = behind_scheme(header, "basic");
  if (!text) return std::nullopt;
  const auto bytes = base64_decode(*text);
  if (!bytes) return std::nullopt;
  const std::string_view decoded(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  const std::size_t colon = decoded.find(':');
  if (colon == std::string_view::npos || !is_text(decoded)) return std::nullopt;
  return BasicCredentials{std::string(decoded.substr(0, colon)),
                          Secret(std::string(decoded.substr(colon + 1)))};
}

std::optional<std::string_view> parse_bearer(std::string_view header) {
  const auto text = behind_scheme(header, "bearer");
  if (!text) return std::nullopt;
  const std::size_t end = std::min(text->find('='), text->size());
  const std::string_view token = text->substr(0, end);
  if (token.empty() || !std::all_of(token.begin(), token.end(), is_token68)) return std::nullopt;
  if (text->find_first_not_of('=', end) != std::string_view::npos) return std::nullopt;
  return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  volatile unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = difference | static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^
                                                    static_cast<unsigned char>(b[i]));
  }
  return difference == 0;
}

}  // namespace turnpike::http
