#include "http/core/form.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "http/core/target.h"

namespace turnpike::http {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

bool must_be_encoded(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7f;
}

bool is_text(std::string_view text) {
  return is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte == 0x7f || (byte < 0x20 && c != '\t' && c != '\n' && c != '\r');
         });
}

std::optional<FormError> decode(std::string_view text, std::string& out) {
  if (std::any_of(text.begin(), text.end(), must_be_encoded)) return FormError::kEncoding;
  if (!percent_decode(text, true, out)) return FormError::kEncoding;
  if (!is_text(out)) return FormError::kText;
  return std::nullopt;
}

}  // namespace

std::string_view form_error_text(FormError error) {
  switch (error) {
    case FormError::kTooMany:
      return "there are too many parameters";
    case FormError::kTooLong:
      return "the parameters are too long";
    case FormError::kEncoding:
      return "a parameter is not percent-encoded as it should be";
    case FormError::kText:
      return "a parameter is not UTF-8 text";
  }
  return {};
}

std::optional<std::string_view> Form::find(std::string_view name) const {
  const auto at = std::find_if(pairs_.begin(), pairs_.end(),
                               [name](const auto& pair) { return pair.first == name; });
  if (at == pairs_.end()) return std::nullopt;
  return at->second;
}

std::vector<std::string_view> Form::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : pairs_) {
    if (key == name) values.emplace_back(value);
  }
  return values;
}

Result<Form, FormError> parse_form(std::string_view text, const FormLimits& limits) {
  if (text.size() > limits.bytes) return fail(FormError::kTooLong);
  Form form;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (piece.empty()) continue;
    if (form.pairs_.size() == limits.pairs) return fail(FormError::kTooMany);
    const std::size_t equals = std::min(piece.find('='), piece.size());
    auto& [name, value] = form.pairs_.emplace_back();
    if (const auto error = decode(piece.substr(0, equals), name)) return fail(*error);
    const std::string_view behind = piece.substr(std::min(equals + 1, piece.size()));
    if (const auto error = decode(behind, value)) return fail(*error);
  }
  return form;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace turnpike::http
