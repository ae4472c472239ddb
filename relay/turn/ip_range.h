// A range of addresses as an operator writes it: one address, first-last, or CIDR. Says nothing
// about what the range is for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"

namespace turnpike::turn {

/// An inclusive range of addresses of one family.
struct IpRange {
  IpAddress first;
  IpAddress last;
  std::string text;  // as the operator wrote it, for messages

  /// Addresses compare as whole 128-bit numbers, never component by component.
  bool contains(const IpAddress& ip) const { return first <= ip && ip <= last; }
  /// "a", "a-b" or "a/prefix". "0.0.0.0" and "::" alone mean every address of the family, as in
  /// Coturn. Nothing for anything else, also for a > b, mixed families, and bits set behind the
  /// prefix.
  static std::optional<IpRange> parse(std::string_view text);
};

}  // namespace turnpike::turn
