// Two DTLS transports that hear each other.
#pragma once

#include <functional>

#include "cobrowse/renderer/peer/dtls_transport.h"

namespace turnpike::peer {

struct DtlsPair {
  std::unique_ptr<DtlsIdentity> ours = *DtlsIdentity::make();
  std::unique_ptr<DtlsIdentity> theirs = *DtlsIdentity::make();
  DtlsTransport server{*ours, DtlsTransport::Role::kServer, theirs->fingerprint()};
  DtlsTransport client{*theirs, DtlsTransport::Role::kClient, ours->fingerprint()};
  std::size_t longest = 0;

  /// Carries datagrams to and fro until nobody has any; `lost` decides for each.
  void run(const std::function<bool()>& lost = [] { return false; }) {
    client.start();
    for (bool moved = true; moved;) {
      moved = carry(client, server, lost);
      moved = carry(server, client, lost) || moved;
    }
  }

  bool carry(DtlsTransport& from, DtlsTransport& to, const std::function<bool()>& lost) {
    const auto datagrams = from.take_output();
    for (const auto& datagram : datagrams) {
      longest = std::max(longest, datagram.size());
      if (!lost()) to.feed(datagram);
    }
    return !datagrams.empty();
  }
};

}  // namespace turnpike::peer
