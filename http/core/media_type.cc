#include "http/core/media_type.h"

#include <algorithm>

namespace turnpike::http {
namespace {

constexpr std::size_t kMaxLength = 1024;

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Up to `separator` outside of quotes; taken off `text` together with it.
std::string_view take(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < text.size() && (quoted || text[end] != separator); ++end) {
    if (text[end] == '"') quoted = !quoted;
    if (quoted && text[end] == '\\' && end + 1 < text.size()) ++end;
  }
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(piece);
}

/// The text of a token or a quoted string; nothing for anything else.
std::optional<std::string> parameter_value(std::string_view text) {
  if (is_token(text)) return std::string(text);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return std::nullopt;
    if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
    value += text[i];
  }
  return value;
}

/// q as thousandths; nothing when it is none (RFC 9110 section 12.4.2).
std::optional<unsigned> quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  unsigned value = text[0] == '1' ? 1000 : 0;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  unsigned unit = 100;
  for (std::size_t i = 2; i < text.size(); ++i, unit /= 10) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value += static_cast<unsigned>(text[i] - '0') * unit;
  }
  return value <= 1000 ? std::optional(value) : std::nullopt;
}

/// 3 for the type itself, 2 for "type/*", 1 for "*/*", 0 when the range is another.
int specificity(std::string_view range, std::string_view essence) {
  const std::string lowered = lower(range);
  if (lowered == essence) return 3;
  if (lowered == "*/*") return 1;
  const std::string_view type = essence.substr(0, essence.find('/'));
  return lowered == std::string(type) + "/*" ? 2 : 0;
}

}  // namespace

bool MediaType::is_json() const {
  return (type == "application" && subtype == "json") || subtype.ends_with("+json");
}

std::optional<MediaType> parse_media_type(std::string_view text) {
  if (text.size() > kMaxLength) return std::nullopt;
  const std::string_view essence = take(text, ';');
  const std::size_t slash = essence.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  MediaType out{lower(essence.substr(0, slash)), lower(essence.substr(slash + 1)), {}};
  if (!is_token(out.type) || !is_token(out.subtype)) return std::nullopt;
  if (out.type == "*" || out.subtype == "*") return std::nullopt;
  while (!text.empty()) {
    const std::string_view parameter = take(text, ';');
    if (parameter.empty()) continue;
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto value = parameter_value(parameter.substr(equals + 1));
    if (!value || !is_token(parameter.substr(0, equals))) return std::nullopt;
    if (lower(parameter.substr(0, equals)) == "charset") out.charset = lower(*value);
  }
  return out;
}

bool accepts(std::string_view accept, std::string_view essence) {
  if (trimmed(accept).empty() || accept.size() > kMaxLength) return true;
  int best = 0;
  bool allowed = false;
  while (!accept.empty()) {
    std::string_view range = take(accept, ',');
    if (range.empty()) continue;
    const int fit = specificity(take(range, ';'), essence);
    unsigned q = 1000;
    while (!range.empty()) {
      const std::string_view parameter = take(range, ';');
      if (parameter.size() < 2 || lower(parameter.substr(0, 2)) != "q=") continue;
      const auto parsed = quality(parameter.substr(2));
      if (!parsed) return true;
      q = *parsed;
    }
    if (fit > best) allowed = q > 0;
    best = std::max(best, fit);
  }
  return allowed;
}

}  // namespace turnpike::http
