#include "cobrowse/renderer/browser/session_rules.h"

#include <algorithm>

namespace turnpike::browser {
namespace {

constexpr std::size_t kMaxUrl = 8192;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

bool is_web(std::string_view url) {
  const std::string start = lower(url.substr(0, 8));
  return start.starts_with("http://") || start.starts_with("https://");
}

std::string_view authority_of(std::string_view url) {
  const std::size_t begin = url.find("//");
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = url.substr(begin + 2);
  return rest.substr(0, rest.find_first_of("/?#\\"));
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

/// "mailto:x" and "javascript:x" have one; "localhost:8080" and "example.org/a:b" have none.
bool has_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view scheme = text.substr(0, colon);
  const bool letters = std::ranges::all_of(scheme, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '-';
  });
  const std::string_view rest = text.substr(colon + 1);
  const std::string_view port = rest.substr(0, rest.find_first_of("/?#"));
  const bool is_port =
      !port.empty() && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
  return letters && !is_port;
}

}  // namespace

std::string address_from(std::string_view typed) {
  while (!typed.empty() && typed.front() == ' ') typed.remove_prefix(1);
  while (!typed.empty() && typed.back() == ' ') typed.remove_suffix(1);
  if (typed.empty() || typed.size() > kMaxUrl || has_control(typed)) return {};
  std::string url(typed);
  if (!is_web(url)) {
    if (has_scheme(url) || url.starts_with("//")) return {};
    url.insert(0, "https://");
  }
  const std::string_view authority = authority_of(url);
  if (authority.empty() || authority.find('@') != std::string_view::npos ||
      url.find('\\') != std::string::npos) {
    return {};
  }
  return url;
}

bool may_load(std::string_view url) {
  return is_web(url) || url == "about:blank" || url == "about:srcdoc";
}

bool is_elsewhere(std::string_view url, std::string_view host) {
  return is_web(url) && authority_of(url) != host;
}

std::string without_query(std::string_view url) {
  const std::string_view authority = authority_of(url);
  const std::size_t at = authority.rfind('@');
  const std::string_view plain = url.substr(0, url.find_first_of("?#"));
  if (at == std::string_view::npos) return std::string(plain);
  const auto begin = static_cast<std::size_t>(authority.data() - url.data());
  return std::string(plain.substr(0, begin)) + std::string(plain.substr(begin + at + 1));
}

}  // namespace turnpike::browser
