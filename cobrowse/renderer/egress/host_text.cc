#include "cobrowse/renderer/egress/host_text.h"

#include <algorithm>

namespace turnpike::egress {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

bool is_name_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

/// "1", "007", "0x", "0x7f": what inet_aton(3) and the URL standard take for a part of an address.
bool is_number(std::string_view label) {
  if (label.starts_with("0x")) {
    return std::all_of(label.begin() + 2, label.end(), is_hex_digit);
  }
  return !label.empty() && std::all_of(label.begin(), label.end(), is_digit);
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabelBytes &&
         std::all_of(label.begin(), label.end(), is_name_character);
}

bool is_name(std::string_view text) {
  if (text.size() > kMaxHostBytes) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

Result<Host, Reason> parse_v6(std::string_view text) {
  const bool opened = text.starts_with('[');
  if (opened != text.ends_with(']')) return fail(Reason::kBadHost);
  if (opened) text = text.substr(1, text.size() - 2);
  const auto ip = IpAddress::parse(text);
  if (!ip || !ip->is_v6()) return fail(Reason::kBadHost);
  return Host{.text = ip->to_string(), .address = ip};
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

std::string Host::in_url() const {
  return address && address->is_v6() ? "[" + text + "]" : text;
}

Result<Host, Reason> parse_host(std::string_view text) {
  if (text.find_first_of(":[]") != std::string_view::npos) return parse_v6(text);
  std::string name = lower_case(text);
  if (name.ends_with('.')) name.pop_back();
  if (!is_name(name)) return fail(Reason::kBadHost);
  if (const auto ip = IpAddress::parse(name)) return Host{.text = ip->to_string(), .address = ip};
  const std::size_t dot = name.rfind('.');
  if (is_number(std::string_view(name).substr(dot == std::string::npos ? 0 : dot + 1))) {
    return fail(Reason::kNumericHost);
  }
  return Host{.text = std::move(name)};
}

}  // namespace turnpike::egress
