#include "relay/turn/ip_range.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace turnpike::turn {
namespace {

using Ends = std::pair<IpAddress, IpAddress>;

unsigned width(const IpAddress& ip) {
  return ip.is_v4() ? 32 : 128;
}

/// The address with every bit behind the prefix taken from `fill`.
IpAddress fill_behind(const IpAddress& ip, unsigned prefix, std::uint8_t fill) {
  const Bytes in = ip.bytes();
  std::array<std::uint8_t, 16> out{};
  for (unsigned i = 0; i < in.size(); ++i) {
    const unsigned kept = std::clamp(prefix, 8 * i, 8 * i + 8) - 8 * i;
    const auto mask = static_cast<std::uint8_t>(0xff00U >> kept);
    out[i] = static_cast<std::uint8_t>((in[i] & mask) | (fill & ~mask));
  }
  return ip.is_v4() ? IpAddress::v4(load_be32(out.data())) : IpAddress::v6(out);
}

/// 1 to 3 digits, no leading zero, at most `limit`.
std::optional<unsigned> parse_prefix(std::string_view text, unsigned limit) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > limit) {
    return std::nullopt;
  }
  return value;
}

std::optional<Ends> parse_cidr(std::string_view address, std::string_view prefix_text) {
  const auto ip = IpAddress::parse(address);
  if (!ip) return std::nullopt;
  const auto prefix = parse_prefix(prefix_text, width(*ip));
  if (!prefix || fill_behind(*ip, *prefix, 0x00) != *ip) return std::nullopt;
  return Ends{*ip, fill_behind(*ip, *prefix, 0xff)};
}

std::optional<Ends> parse_pair(std::string_view first_text, std::string_view last_text) {
  const auto first = IpAddress::parse(first_text);
  const auto last = IpAddress::parse(last_text);
  if (!first || !last || first->family() != last->family() || *first > *last) return std::nullopt;
  return Ends{*first, *last};
}

std::optional<Ends> parse_single(std::string_view text) {
  const auto ip = IpAddress::parse(text);
  if (!ip) return std::nullopt;
  return Ends{*ip, ip->is_unspecified() ? fill_behind(*ip, 0, 0xff) : *ip};
}

std::optional<Ends> parse_ends(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    return parse_cidr(text.substr(0, slash), text.substr(slash + 1));
  }
  const std::size_t dash = text.find('-');
  if (dash != std::string_view::npos) {
    return parse_pair(text.substr(0, dash), text.substr(dash + 1));
  }
  return parse_single(text);
}

}  // namespace

std::optional<IpRange> IpRange::parse(std::string_view text) {
  const auto ends = parse_ends(text);
  if (!ends) return std::nullopt;
  return IpRange{ends->first, ends->second, std::string(text)};
}

}  // namespace turnpike::turn
