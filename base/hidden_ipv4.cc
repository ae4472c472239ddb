#include "base/hidden_ipv4.h"

#include <algorithm>

namespace turnpike {
namespace {

bool starts_with(Bytes bytes, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool all_zero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

class Collector {
 public:
  explicit Collector(Bytes bytes) : bytes_(bytes) {}
  void take(std::size_t offset) { add(load_be32(bytes_.data() + offset)); }
  void take_inverted(std::size_t offset) { add(~load_be32(bytes_.data() + offset)); }
  const HiddenIpv4& found() const { return found_; }

 private:
  void add(std::uint32_t value) {
    const IpAddress ip = IpAddress::v4(value);
    const auto known = found_.view();
    if (std::find(known.begin(), known.end(), ip) != known.end()) return;
    found_.addresses[found_.count++] = ip;
  }
  Bytes bytes_;
  HiddenIpv4 found_;
};

/// Forms with the whole IPv4 address in the last four bytes.
bool carries_in_tail(Bytes b) {
  if (all_zero(b.first(12))) return load_be32(b.data() + 12) > 1;                   // compatible
  if (all_zero(b.first(10)) && b[10] == 0xff && b[11] == 0xff) return true;         // mapped
  if (all_zero(b.first(8)) && load_be32(b.data() + 8) == 0xffff0000U) return true;  // translated
  if (starts_with(b, {0x00, 0x64, 0xff, 0x9b}) && all_zero(b.subspan(4, 8))) return true;  // NAT64
  // ISATAP: the bit 0x02 says whether the IPv4 address is unique in the world.
  return (load_be32(b.data() + 8) | 0x02000000U) == 0x02005efeU;
}

/// RFC 8215 leaves the length of the prefix to the operator. RFC 6052 section 2.2: read as /48 or
/// /56 the last four bytes are zero, so the tail is 0.0.0.0, which is never allowed.
void take_local_nat64(Bytes b, Collector& collector) {
  if (all_zero(b.subspan(13, 3))) collector.take(9);
  collector.take(12);
}

}  // namespace

HiddenIpv4 hidden_ipv4(const IpAddress& ip) {
  if (!ip.is_v6()) return {};
  const Bytes b = ip.bytes();
  Collector collector(b);
  if (starts_with(b, {0x20, 0x02})) collector.take(2);
  if (starts_with(b, {0x20, 0x01, 0x00, 0x00})) {
    collector.take(4);
    collector.take_inverted(12);
  }
  if (starts_with(b, {0x00, 0x64, 0xff, 0x9b, 0x00, 0x01})) take_local_nat64(b, collector);
  if (carries_in_tail(b)) collector.take(12);
  return collector.found();
}

}  // namespace turnpike
