// The addresses that are not ordinary hosts of the internet: one table, from the IANA
// special-purpose registries and the cloud providers' documents. Which of them are closed is up to
// the policy that asks: the relay's for peers, the renderer's for web sites.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace turnpike {

enum class SpecialUse : std::uint8_t {
  kUnspecified,  // "this host", which the kernel takes for loopback
  kLoopback,
  kMulticast,
  kReserved,   // IPv4 class E and the broadcast address
  kLinkScope,  // link-local, site-local, unique local: Coturn 4.13.1 closes them for good
  kPrivate,    // everything else that is not meant for the internet
};

struct SpecialRange {
  std::string_view cidr;
  SpecialUse use;
};

std::span<const SpecialRange> special_ranges();

}  // namespace turnpike
