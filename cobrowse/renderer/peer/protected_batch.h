// What one poll of a stream gave, on its way out: protected, and handed on packet by packet. Where
// the way out takes nothing for a while, nothing is lost and the order is kept.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/bytes.h"
#include "cobrowse/renderer/peer/srtp_session.h"
#include "cobrowse/renderer/rtc/outgoing.h"

namespace turnpike::peer {

class ProtectedBatch {
 public:
  /// False: it takes nothing now.
  using Send = std::function<bool(Bytes)>;

  /// Nothing waits.
  bool empty() const { return next_ >= outgoing_.size(); }
  /// For what comes next, while nothing waits.
  rtc::Outgoing& refill();
  /// Until nothing waits, or one is refused (false): it is the first the next time.
  bool send(SrtpSession& srtp, const Send& send);

 private:
  void protect(SrtpSession& srtp);

  rtc::Outgoing outgoing_;
  std::size_t next_ = 0;
  std::vector<std::uint8_t> packet_;  // the next one, protected; empty: not yet
};

}  // namespace turnpike::peer
