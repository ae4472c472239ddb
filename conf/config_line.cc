// The grammar of turnserver.conf, one line at a time.
#include "conf/config_line.h"

#include <algorithm>

#include "conf/option_table.h"

namespace turnpike::conf {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}
bool is_separator(char c) {
  return c == ' ' || c == '\t' || c == '=';
}
bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

std::string_view trim_right(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return trim_right(text);
}

std::string_view body_of(std::string_view line) {
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  return trim(line);
}

struct KeyAndRest {
  std::string_view key;
  std::string_view separator;
  std::string_view value;  // with its quotes
};

KeyAndRest cut(std::string_view body) {
  const std::size_t key_end =
      static_cast<std::size_t>(std::find_if(body.begin(), body.end(), is_separator) - body.begin());
  std::string_view rest = body.substr(key_end);
  const std::size_t value_start = static_cast<std::size_t>(
      std::find_if_not(rest.begin(), rest.end(), is_separator) - rest.begin());
  return {body.substr(0, key_end), rest.substr(0, value_start), rest.substr(value_start)};
}

/// A leading quote goes, then white space at the end, then one trailing quote: exactly Coturn's
/// order.
std::string_view unquote(std::string_view value) {
  if (value.starts_with('"')) value.remove_prefix(1);
  value = trim_right(value);
  if (value.ends_with('"')) value.remove_suffix(1);
  return value;
}

bool is_quoted(std::string_view value) {
  return value.size() >= 2 && value.front() == '"' && value.back() == '"';
}

/// Where a comment starts that the author meant, or npos. '#' counts after white space only:
/// secrets may contain it.
std::size_t find_comment(const KeyAndRest& parts) {
  const std::string_view value = parts.value;
  const bool after_space = !parts.separator.empty() && is_space(parts.separator.back());
  if (value.starts_with('#') && after_space) return 0;
  const std::size_t from = value.starts_with('"') ? value.rfind('"') : 0;
  for (std::size_t i = from + 1; i < value.size(); ++i) {
    if (value[i] == '#' && is_space(value[i - 1])) return i;
  }
  return std::string_view::npos;
}

void find_value_slips(const KeyAndRest& parts, Slips& slips) {
  std::string_view value = parts.value;
  if (!is_quoted(value)) {
    const std::size_t comment = find_comment(parts);
    if (comment != std::string_view::npos) {
      slips.comment = true;
      value = trim_right(value.substr(0, comment));
    }
    while (value.ends_with(';')) {
      slips.semicolon = true;
      value = trim_right(value.substr(0, value.size() - 1));
    }
    if (value.size() >= 2 && value.front() == '\'' && value.back() == '\'') {
      slips.single_quotes = true;
      value = value.substr(1, value.size() - 2);
    }
  }
  slips.value = unquote(value);
}

}  // namespace

ConfigLine split_line(std::string_view line) {
  ConfigLine result;
  if (line.size() > kMaxLineBytes) {
    result.kind = ConfigLine::Kind::kTooLong;
    return result;
  }
  const std::string_view body = body_of(line);
  if (body.empty() || body.front() == '#') return result;
  if (std::ranges::any_of(body, is_control)) {
    result.kind = ConfigLine::Kind::kControlCharacter;
    return result;
  }
  const KeyAndRest parts = cut(body);
  result.kind = ConfigLine::Kind::kPair;
  result.key = parts.key;
  result.value = unquote(parts.value);
  return result;
}

Slips find_slips(std::string_view line) {
  Slips slips;
  const std::string_view body = body_of(line);
  KeyAndRest parts = cut(body);
  if (find_option(parts.key) == nullptr) {
    const std::size_t colon = parts.key.find(':');
    if (colon != std::string_view::npos && find_option(parts.key.substr(0, colon)) != nullptr) {
      slips.colon = true;
      slips.breaks_key = true;
      const KeyAndRest meant = cut(body.substr(colon + 1));
      parts.key = parts.key.substr(0, colon);
      parts.separator = ":";
      parts.value = meant.key.empty() ? meant.value : trim(body.substr(colon + 1));
    } else if (parts.key.ends_with(';') &&
               parts.value.find_first_not_of(" \t;") == parts.value.npos) {
      while (parts.key.ends_with(';')) parts.key.remove_suffix(1);
      slips.semicolon = find_option(parts.key) != nullptr;
      slips.breaks_key = slips.semicolon;
    }
  }
  slips.key = parts.key;
  find_value_slips(parts, slips);
  return slips;
}

}  // namespace turnpike::conf
