#include "cobrowse/renderer/peer/protected_batch.h"

#include "base/check.h"

namespace turnpike::peer {

rtc::Outgoing& ProtectedBatch::refill() {
  CHECK(empty());
  next_ = 0;
  outgoing_.clear();
  return outgoing_;
}

/// Leaves nothing where it is no packet.
void ProtectedBatch::protect(SrtpSession& srtp) {
  const Bytes plain = outgoing_.packet(next_);
  packet_.assign(plain.begin(), plain.end());
  if (outgoing_.is_rtcp(next_)) {
    srtp.protect_rtcp(packet_);
  } else {
    srtp.protect_rtp(packet_);
  }
}

bool ProtectedBatch::send(SrtpSession& srtp, const Send& send) {
  for (; !empty(); ++next_) {
    if (packet_.empty()) protect(srtp);
    if (!packet_.empty() && !send(packet_)) return false;
    packet_.clear();
  }
  return true;
}

}  // namespace turnpike::peer
