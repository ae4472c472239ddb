#include "relay/turn/ip_range_set.h"

#include <algorithm>
#include <array>
#include <set>

namespace turnpike::turn {
namespace {

/// A range begins to hold at an address, or no longer holds from it on.
struct Edge {
  IpAddress at;
  std::uint32_t range = 0;
  bool begins = false;
};

/// The next address in the order of IpAddress, where the first IPv6 address follows the last IPv4
/// one. Nothing follows the last IPv6 address.
std::optional<IpAddress> next_address(const IpAddress& ip) {
  const Bytes in = ip.bytes();
  std::array<std::uint8_t, 16> out{};
  std::copy(in.begin(), in.end(), out.begin());
  std::size_t i = in.size();
  while (i > 0 && ++out[i - 1] == 0) --i;
  if (i == 0) {
    return ip.is_v4() ? std::optional(IpAddress::any(AddressFamily::kIpv6)) : std::nullopt;
  }
  return ip.is_v4() ? IpAddress::v4(load_be32(out.data())) : IpAddress::v6(out);
}

std::vector<Edge> edges_of(const std::vector<IpRange>& ranges) {
  std::vector<Edge> edges;
  edges.reserve(2 * ranges.size());
  for (std::uint32_t i = 0; i < ranges.size(); ++i) {
    edges.push_back({.at = ranges[i].first, .range = i, .begins = true});
    if (const auto behind = next_address(ranges[i].last)) {
      edges.push_back({.at = *behind, .range = i, .begins = false});
    }
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.at < b.at; });
  return edges;
}

}  // namespace

IpRangeSet::IpRangeSet(std::vector<IpRange> ranges) : ranges_(std::move(ranges)) {
  std::set<std::uint32_t> holding;
  const std::vector<Edge> edges = edges_of(ranges_);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (edges[i].begins) {
      holding.insert(edges[i].range);
    } else {
      holding.erase(edges[i].range);
    }
    const bool last_of_address = i + 1 == edges.size() || edges[i + 1].at != edges[i].at;
    if (last_of_address) {
      steps_.push_back(
          {.from = edges[i].at, .range = holding.empty() ? kNoRange : *holding.begin()});
    }
  }
}

const IpRange* IpRangeSet::find(const IpAddress& ip) const {
  const auto above = std::upper_bound(steps_.begin(), steps_.end(), ip,
                                      [](const IpAddress& a, const Step& s) { return a < s.from; });
  if (above == steps_.begin()) return nullptr;
  const std::uint32_t range = std::prev(above)->range;
  return range == kNoRange ? nullptr : &ranges_[range];
}

}  // namespace turnpike::turn
