#include "http/core/address_range.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace turnpike::http {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool same_bits(Bytes a, Bytes b, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) {
    return false;
  }
  const unsigned rest = bits % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

bool is_zero_behind(Bytes bytes, unsigned bits) {
  for (std::size_t i = bits; i < bytes.size() * 8; ++i) {
    if ((bytes[i / 8] >> (7 - i % 8)) & 1) return false;
  }
  return true;
}

/// An entry of X-Forwarded-For: an address, an endpoint, or an IPv6 address in brackets.
std::optional<Endpoint> parse_hop(std::string_view text) {
  text = trimmed(text);
  if (const auto ip = IpAddress::parse(text)) return Endpoint{unmapped(*ip), 0};
  if (const auto endpoint = Endpoint::parse(text)) {
    return Endpoint{unmapped(endpoint->ip), endpoint->port};
  }
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    if (const auto ip = IpAddress::parse(text.substr(1, text.size() - 2))) {
      return Endpoint{unmapped(*ip), 0};
    }
  }
  return std::nullopt;
}

/// The last element of a comma-separated list, which is taken off it.
std::string_view take_last(std::string_view& list) {
  const std::size_t comma = list.rfind(',');
  if (comma == std::string_view::npos) return std::exchange(list, {});
  const std::string_view last = list.substr(comma + 1);
  list = list.substr(0, comma);
  return last;
}

/// Every header of that name is one list (RFC 9110 section 5.3).
std::string joined(const Headers& headers, std::string_view name) {
  std::string list;
  for (const Header& header : headers.all()) {
    Headers one;
    one.add(header.name, header.value);
    if (!one.has(name)) continue;
    if (!list.empty()) list += ',';
    list += header.value;
  }
  return list;
}

}  // namespace

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  AddressRange range;
  range.base_ = *base;
  const unsigned width = base->is_v4() ? 32 : 128;
  range.prefix_bits_ = width;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), range.prefix_bits_);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    if (range.prefix_bits_ > width) return std::nullopt;
  }
  if (!is_zero_behind(base->bytes(), range.prefix_bits_)) return std::nullopt;
  return range;
}

bool AddressRange::contains(const IpAddress& address) const {
  if (address.family() == base_.family() &&
      same_bits(base_.bytes(), address.bytes(), prefix_bits_)) {
    return true;
  }
  const IpAddress plain = unmapped(address);
  return plain.family() == base_.family() && same_bits(base_.bytes(), plain.bytes(), prefix_bits_);
}

std::string AddressRange::to_string() const {
  return base_.to_string() + "/" + std::to_string(prefix_bits_);
}

bool any_contains(std::span<const AddressRange> ranges, const IpAddress& address) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const AddressRange& range) { return range.contains(address); });
}

IpAddress unmapped(const IpAddress& address) {
  static constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
  const Bytes bytes = address.bytes();
  if (!address.is_v6() || !std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
    return address;
  }
  return IpAddress::v4(bytes[12], bytes[13], bytes[14], bytes[15]);
}

Origin origin_of(const Peer& peer, const Headers& headers,
                 std::span<const AddressRange> trusted_proxies) {
  Origin origin{{unmapped(peer.address.ip), peer.address.port}, peer.tls};
  if (!peer.trusted && !any_contains(trusted_proxies, origin.client.ip)) return origin;
  const std::string protocols = joined(headers, "X-Forwarded-Proto");
  std::string_view protocol_list = protocols;
  const std::string_view protocol = trimmed(take_last(protocol_list));
  if (!protocol.empty()) origin.tls = protocol == "https" || protocol == "wss";
  const std::string hops = joined(headers, "X-Forwarded-For");
  std::string_view list = hops;
  do {
    const auto hop = parse_hop(take_last(list));
    if (!hop) break;
    origin.client = *hop;
  } while (!list.empty() && any_contains(trusted_proxies, origin.client.ip));
  return origin;
}

}  // namespace turnpike::http
