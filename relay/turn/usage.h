// Arithmetic on what an allocation has carried.
#pragma once

#include "relay/turn/outbox.h"

namespace turnpike::turn {

/// `total` without what was there `before`; all of it when there is no before.
inline Usage difference(const Usage& total, const Usage* before) {
  if (before == nullptr) return total;
  return {
      .received_packets = total.received_packets - before->received_packets,
      .received_bytes = total.received_bytes - before->received_bytes,
      .sent_packets = total.sent_packets - before->sent_packets,
      .sent_bytes = total.sent_bytes - before->sent_bytes,
      .peer_received_packets = total.peer_received_packets - before->peer_received_packets,
      .peer_received_bytes = total.peer_received_bytes - before->peer_received_bytes,
      .peer_sent_packets = total.peer_sent_packets - before->peer_sent_packets,
      .peer_sent_bytes = total.peer_sent_bytes - before->peer_sent_bytes,
  };
}

}  // namespace turnpike::turn
