#include "conf/site_pattern.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ip_address.h"
#include "base/log.h"
#include "conf/parse_value.h"

namespace turnpike::conf {
namespace {

constexpr std::size_t kLongestLabel = 63;  // RFC 1035 section 2.3.4

Result<void, std::string> refuse(std::string_view text, std::string_view why) {
  return fail(fmt::format("\"{}\" {}", log::log_safe(text), why));
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && std::ranges::all_of(label, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

bool is_host(std::string_view host) {
  while (true) {
    const std::size_t dot = std::min(host.find('.'), host.size());
    if (!is_label(host.substr(0, dot))) return false;
    if (dot == host.size()) return true;
    host.remove_prefix(dot + 1);
  }
}

bool is_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return false;
  if (slash == std::string_view::npos) return true;
  return parse_number(text.substr(slash + 1), 0, address->bytes().size() * 8).has_value();
}

/// What people write who mean a host.
Result<void, std::string> check_no_address_line(std::string_view text) {
  if (text.find("://") != std::string_view::npos) {
    return refuse(text, "has a scheme; write the host only, as www.example.org or *.example.org");
  }
  if (text.find('/') != std::string_view::npos) {
    return refuse(text, "has a path; write the host only, as www.example.org or *.example.org");
  }
  if (text.find(':') != std::string_view::npos) {
    return refuse(text, "has a port; write the host only, and the port in egress.allow_ports");
  }
  return {};
}

}  // namespace

Result<void, std::string> check_site(std::string_view text) {
  if (text == "*" || IpAddress::parse(text)) return {};
  if (auto good = check_no_address_line(text); !good) return good;
  const std::string_view host = text.starts_with("*.") ? text.substr(2) : text;
  if (is_host(host)) return {};
  return refuse(text, host.find('*') == std::string_view::npos
                          ? "is no name of a host"
                          : "has a * elsewhere than in front, as *.example.org");
}

Result<void, std::string> check_internal(std::string_view text) {
  if (is_network(text)) return {};
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && parse_number(text.substr(colon + 1), 1, 65535)) {
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return check_site(host);
  }
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos && IpAddress::parse(text.substr(0, slash))) {
    return refuse(text, "is no network: there are too many bits behind the slash");
  }
  return check_site(text);
}

}  // namespace turnpike::conf
