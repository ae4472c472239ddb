#include "http/core/target.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/utf8.h"

namespace turnpike::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The byte that "%XX" at the start of `text` stands for.
std::optional<unsigned char> encoded_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  const int high = hex_value(text[1]);
  const int low = hex_value(text[2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<unsigned char>(high * 16 + low);
}

bool is_control(unsigned char c) {
  return c < 0x20 || c == 0x7f;
}

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
  });
}

/// RFC 9112 section 3.2.2: "http://host:port/path" is "/path". The authority does not route here.
std::optional<std::string_view> without_authority(std::string_view raw) {
  if (raw.starts_with('/')) return raw;
  const std::size_t colon = raw.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = raw.substr(0, colon);
  if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) {
    return std::nullopt;
  }
  const std::string_view rest = raw.substr(colon + 3);
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, end);
  if (authority.empty() || authority.find('@') != std::string_view::npos) return std::nullopt;
  return rest.substr(end);
}

bool has_bad_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte >= 0x7f || c == '\\' || c == '#';
  });
}

/// A second decoder behind us would see a separator, a dot or a control character.
bool is_separator_when_decoded_again(std::string_view decoded) {
  for (std::size_t at = decoded.find('%'); at != std::string_view::npos;
       at = decoded.find('%', at + 1)) {
    const auto byte = encoded_byte(decoded.substr(at));
    if (byte &&
        (is_control(*byte) || *byte == '/' || *byte == '\\' || *byte == '.' || *byte == '%')) {
      return true;
    }
  }
  return false;
}

std::optional<TargetError> decode_segment(std::string_view raw, std::string& out) {
  if (!percent_decode(raw, false, out)) return TargetError::kEncoding;
  const bool separates = std::any_of(out.begin(), out.end(), [](char c) {
    return is_control(static_cast<unsigned char>(c)) || c == '/' || c == '\\';
  });
  if (separates || is_separator_when_decoded_again(out)) return TargetError::kSeparator;
  if (!is_utf8(out)) return TargetError::kText;
  return std::nullopt;
}

std::string join(const std::vector<std::string>& segments, bool trailing_slash) {
  std::string path;
  for (const std::string& segment : segments) {
    path += '/';
    path += segment;
  }
  if (path.empty() || trailing_slash) path += '/';
  return path;
}

}  // namespace

std::string_view target_error_text(TargetError error) {
  switch (error) {
    case TargetError::kForm:
      return "the request target is neither a path nor an http URL";
    case TargetError::kCharacter:
      return "the request target has a character that must be percent-encoded";
    case TargetError::kEncoding:
      return "the request target has a % without two hexadecimal digits";
    case TargetError::kSeparator:
      return "the request target has an encoded separator or control character";
    case TargetError::kText:
      return "the request target is not UTF-8 when it is decoded";
    case TargetError::kEscape:
      return "the request target leaves its path by way of \"..\"";
    case TargetError::kDisguise:
      return "the request target spells the start of its path in an unusual way";
  }
  return {};
}

bool percent_decode(std::string_view text, bool plus_is_space, std::string& out) {
  out.clear();
  while (!text.empty()) {
    if (text[0] == '%') {
      const auto byte = encoded_byte(text);
      if (!byte) return false;
      out += static_cast<char>(*byte);
      text.remove_prefix(3);
    } else {
      out += plus_is_space && text[0] == '+' ? ' ' : text[0];
      text.remove_prefix(1);
    }
  }
  return true;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

Result<Target, TargetError> parse_target(std::string_view raw) {
  const auto from_root = without_authority(raw);
  if (!from_root) return fail(TargetError::kForm);
  if (has_bad_character(raw)) return fail(TargetError::kCharacter);
  const std::size_t mark = std::min(from_root->find('?'), from_root->size());
  Target target;
  target.raw_path = from_root->substr(0, mark);
  target.query = from_root->substr(std::min(mark + 1, from_root->size()));

  std::vector<std::string> segments;
  std::string_view rest = target.raw_path;
  std::string segment;
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the slash
    const std::size_t end = std::min(rest.find('/'), rest.size());
    if (const auto error = decode_segment(rest.substr(0, end), segment)) return fail(*error);
    rest.remove_prefix(end);
    target.trailing_slash = segment.empty() || segment == "." || segment == "..";
    if (segment == "..") {
      if (segments.empty()) return fail(TargetError::kEscape);
      segments.pop_back();
      target.shallowest = std::min(target.shallowest, segments.size());
    } else if (!target.trailing_slash) {
      segments.push_back(segment);
    }
  }
  target.trailing_slash = target.trailing_slash && !segments.empty();
  target.path = join(segments, target.trailing_slash);
  return target;
}

}  // namespace turnpike::http
