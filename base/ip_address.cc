#include "base/ip_address.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace turnpike {
namespace {

/// 1 to 3 digits, no leading zero, at most 255.
std::optional<std::uint8_t> parse_octet(std::string_view text) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > 255) return std::nullopt;
  return static_cast<std::uint8_t>(value);
}

std::optional<std::array<std::uint8_t, 4>> parse_quad(std::string_view text) {
  std::array<std::uint8_t, 4> out{};
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return std::nullopt;
    const auto octet = parse_octet(text.substr(0, dot));
    if (!octet) return std::nullopt;
    out[i] = *octet;
    if (i < 3) text.remove_prefix(dot + 1);
  }
  return out;
}

/// One side of "::": groups of hex, the last of which may be a dotted quad. Appends to `out`.
bool parse_groups(std::string_view text, std::array<std::uint8_t, 16>& out, std::size_t& used) {
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (group.find('.') != std::string_view::npos) {
      const auto quad = parse_quad(group);
      if (!quad || colon != std::string_view::npos || used + 4 > 16) return false;
      std::copy(quad->begin(), quad->end(), out.begin() + static_cast<std::ptrdiff_t>(used));
      used += 4;
      return true;
    }
    std::uint16_t value = 0;
    const auto [end, error] = std::from_chars(group.data(), group.data() + group.size(), value, 16);
    if (group.empty() || group.size() > 4 || error != std::errc() ||
        end != group.data() + group.size() || used + 2 > 16) {
      return false;
    }
    store_be16(out.data() + used, value);
    used += 2;
    if (colon == std::string_view::npos) return true;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;  // a single trailing colon
  }
  return true;
}

std::optional<IpAddress> parse_v6(std::string_view text) {
  std::array<std::uint8_t, 16> head{};
  std::size_t head_used = 0;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!parse_groups(text, head, head_used) || head_used != 16) return std::nullopt;
    return IpAddress::v6(head);
  }
  std::array<std::uint8_t, 16> tail{};
  std::size_t tail_used = 0;
  const std::string_view after = text.substr(gap + 2);
  if (after.starts_with(':') || after.find("::") != std::string_view::npos ||
      text.substr(0, gap).find('.') != std::string_view::npos ||
      !parse_groups(text.substr(0, gap), head, head_used) ||
      !parse_groups(after, tail, tail_used) || head_used + tail_used > 14) {
    return std::nullopt;
  }
  std::copy_n(tail.begin(), tail_used, head.begin() + static_cast<std::ptrdiff_t>(16 - tail_used));
  return IpAddress::v6(head);
}

/// Longest run of at least two zero groups, the first of equals: RFC 5952 section 4.2.
std::pair<std::size_t, std::size_t> longest_zero_run(const std::array<std::uint16_t, 8>& groups) {
  std::size_t best = 8;
  std::size_t best_length = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t length = 0;
    while (i + length < 8 && groups[i + length] == 0) ++length;
    if (length > best_length) {
      best = i;
      best_length = length;
    }
    i += length + 1;
  }
  return {best, best == 8 ? 0 : best_length};
}

std::string format_quad(Bytes bytes) {
  std::array<char, 16> text{};
  const int n = std::snprintf(text.data(), text.size(), "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2],
                              bytes[3]);
  return {text.data(), static_cast<std::size_t>(n)};
}

std::string format_v6(Bytes bytes) {
  std::array<std::uint16_t, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) groups[i] = load_be16(bytes.data() + 2 * i);
  const auto [gap, length] = longest_zero_run(groups);
  std::string out;
  for (std::size_t i = 0; i < 8;) {
    if (i == gap) {
      out += "::";
      i += length;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    std::array<char, 5> hex{};
    const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), groups[i], 16).ptr;
    out.append(hex.data(), end);
    ++i;
  }
  return out;
}

}  // namespace

IpAddress IpAddress::v4(std::uint32_t host_order) {
  IpAddress a;
  store_be32(a.bytes_.data(), host_order);
  return a;
}

IpAddress IpAddress::v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  const std::array<std::uint8_t, 4> quad{a, b, c, d};
  return v4(load_be32(quad.data()));
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& network_order) {
  IpAddress a;
  a.family_ = AddressFamily::kIpv6;
  a.bytes_ = network_order;
  return a;
}

IpAddress IpAddress::any(AddressFamily family) {
  IpAddress a;
  a.family_ = family;
  return a;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return parse_v6(text);
  const auto quad = parse_quad(text);
  if (!quad) return std::nullopt;
  return v4(load_be32(quad->data()));
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes_[0] == 127;
  std::array<std::uint8_t, 16> one{};
  one[15] = 1;
  return bytes_ == one;
}

std::string IpAddress::to_string() const {
  if (is_v4()) return format_quad(bytes());
  constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool mapped = std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
  return mapped ? "::ffff:" + format_quad(bytes().subspan(12)) : format_v6(bytes());
}

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto ip = IpAddress::parse(host);
  if (!ip || ip->is_v6() != bracketed) return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, error] =
      std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (port_text.empty() || error != std::errc() || end != port_text.data() + port_text.size()) {
    return std::nullopt;
  }
  return Endpoint{*ip, port};
}

std::string Endpoint::to_string() const {
  const std::string host = ip.to_string();
  return (ip.is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string_view transport_name(Transport transport) {
  switch (transport) {
    case Transport::kUdp:
      return "UDP";
    case Transport::kTcp:
      return "TCP";
    case Transport::kTls:
      return "TLS/TCP";
    case Transport::kDtls:
      return "DTLS";
  }
  return "";
}

}  // namespace turnpike
