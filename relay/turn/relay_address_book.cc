#include "relay/turn/relay_address_book.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace turnpike::turn {

void RelayAddressBook::add_relay_address(const IpAddress& internal, const IpAddress& advertised) {
  Entry* known = find_internal(internal);
  if (known == nullptr) {
    entries_.push_back({internal, advertised, std::make_unique<PortBits>()});
    return;
  }
  if (!known->live) {
    // So far only a listener's address, which nobody advertises.
    known->live = std::make_unique<PortBits>();
    known->advertised = advertised;
    return;
  }
  // One more name for an address that is relayed on; the bits stay with the first entry.
  if (!is_own(advertised)) entries_.push_back({internal, advertised, nullptr});
}

void RelayAddressBook::add_other_address(const IpAddress& ip) {
  if (find_internal(ip) == nullptr) entries_.push_back({ip, ip, nullptr});
}

void RelayAddressBook::open_ports(std::uint16_t first, std::uint16_t last) {
  for (std::uint32_t port = first; port <= last; ++port) {
    opened_.set(static_cast<std::uint16_t>(port), true);
  }
}

bool RelayAddressBook::is_own(const IpAddress& ip) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.internal == ip || entry.advertised == ip;
  });
}

IpAddress RelayAddressBook::to_internal(const IpAddress& ip) const {
  const Entry* same = find_internal(ip);
  if (same != nullptr && same->live) return ip;
  // A listener's address may also be the advertised form of another one.
  const auto at = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.advertised == ip && entry.internal != ip;
  });
  return at == entries_.end() ? ip : at->internal;
}

IpAddress RelayAddressBook::to_advertised(const IpAddress& ip) const {
  const Entry* entry = find_internal(ip);
  return entry == nullptr ? ip : entry->advertised;
}

void RelayAddressBook::set_live(const Endpoint& internal, bool live) {
  Entry* entry = find_internal(internal.ip);
  CHECK(entry != nullptr && entry->live);
  entry->live->set(internal.port, live);
}

bool RelayAddressBook::is_reachable(const Endpoint& internal) const {
  const Entry* entry = find_internal(internal.ip);
  if (entry == nullptr) return false;
  return opened_.test(internal.port) || (entry->live && entry->live->test(internal.port));
}

void RelayAddressBook::PortBits::set(std::uint16_t port, bool on) {
  const std::uint64_t bit = std::uint64_t{1} << (port % 64);
  if (on) {
    words[port / 64].fetch_or(bit, std::memory_order_release);
  } else {
    words[port / 64].fetch_and(~bit, std::memory_order_release);
  }
}

bool RelayAddressBook::PortBits::test(std::uint16_t port) const {
  return (words[port / 64].load(std::memory_order_acquire) >> (port % 64) & 1) != 0;
}

const RelayAddressBook::Entry* RelayAddressBook::find_internal(const IpAddress& ip) const {
  const auto at = std::find_if(entries_.begin(), entries_.end(),
                               [&](const Entry& entry) { return entry.internal == ip; });
  return at == entries_.end() ? nullptr : &*at;
}

RelayAddressBook::Entry* RelayAddressBook::find_internal(const IpAddress& ip) {
  return const_cast<Entry*>(std::as_const(*this).find_internal(ip));
}

}  // namespace turnpike::turn
