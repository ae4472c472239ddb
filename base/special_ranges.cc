#include "base/special_ranges.h"

namespace turnpike {
namespace {

using enum SpecialUse;

// Ranges that the registries call globally reachable are not here (192.31.196.0/24,
// 192.52.193.0/24, 192.175.48.0/24, 2620:4f:8000::/48, 64:ff9b::/96), except inside 2001::/23,
// whose reachable parts are infrastructure and no hosts. IPv4 forms inside IPv6 are judged by what
// they carry. Where ranges overlap, the first row gives its name to the decision.
constexpr SpecialRange kRanges[] = {
    {"0.0.0.0/8", kUnspecified},        // RFC 1122 section 3.2.1.3
    {"127.0.0.0/8", kLoopback},         // RFC 1122 section 3.2.1.3
    {"224.0.0.0/4", kMulticast},        // RFC 5771
    {"255.255.255.255/32", kReserved},  // RFC 919 section 7: broadcast
    {"240.0.0.0/4", kReserved},         // RFC 1112 section 4
    {"169.254.169.254/32",
     kLinkScope},  // metadata of AWS, Azure, Google Cloud, DigitalOcean, OpenStack ...
    {"169.254.0.0/16", kLinkScope},  // RFC 3927; also metadata of AWS ECS (.170.2), Tencent (.0.23)
    {"10.0.0.0/8", kPrivate},        // RFC 1918
    {"172.16.0.0/12", kPrivate},     // RFC 1918
    {"192.168.0.0/16", kPrivate},    // RFC 1918
    {"100.100.100.200/32", kPrivate},   // metadata of Alibaba Cloud
    {"100.64.0.0/10", kPrivate},        // RFC 6598: carrier-grade NAT
    {"168.63.129.16/32", kPrivate},     // Azure's host services, reached from every virtual machine
    {"192.0.0.192/32", kPrivate},       // metadata of Oracle Cloud
    {"192.0.0.0/24", kPrivate},         // RFC 6890 section 2.1: IETF protocol assignments
    {"192.0.2.0/24", kPrivate},         // RFC 5737: documentation
    {"198.51.100.0/24", kPrivate},      // RFC 5737: documentation
    {"203.0.113.0/24", kPrivate},       // RFC 5737: documentation
    {"192.88.99.0/24", kPrivate},       // RFC 7526: 6to4 relays, withdrawn
    {"198.18.0.0/15", kPrivate},        // RFC 2544: benchmarking
    {"::/128", kUnspecified},           // RFC 4291 section 2.5.2
    {"::1/128", kLoopback},             // RFC 4291 section 2.5.3
    {"ff00::/8", kMulticast},           // RFC 4291 section 2.7
    {"fe80::/10", kLinkScope},          // RFC 4291 section 2.5.6
    {"fec0::/10", kLinkScope},          // RFC 3879: site-local, withdrawn
    {"fd00:ec2::254/128", kLinkScope},  // metadata of AWS
    {"fd20:ce::254/128", kLinkScope},   // metadata of Google Cloud
    {"fc00::/7", kLinkScope},           // RFC 4193: unique local
    {"64:ff9b:1::/48", kPrivate},       // RFC 8215: local NAT64
    {"100::/64", kPrivate},             // RFC 6666: discard
    {"100:0:0:1::/64", kPrivate},       // RFC 9780: dummy prefix
    {"2001::/23", kPrivate},            // RFC 2928: IETF protocol assignments, Teredo among them
    {"2001:db8::/32", kPrivate},        // RFC 3849: documentation
    {"3fff::/20", kPrivate},            // RFC 9637: documentation
    {"5f00::/16", kPrivate},            // RFC 9602: segment routing
};

}  // namespace

std::span<const SpecialRange> special_ranges() {
  return kRanges;
}

}  // namespace turnpike
