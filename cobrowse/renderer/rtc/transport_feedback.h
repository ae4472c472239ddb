// The body of transport-wide congestion control feedback
// (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1): chunks of statuses, then
// deltas.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "cobrowse/renderer/rtc/rtcp.h"

namespace turnpike::rtc {

/// `body`: after the two SSRCs, without padding. nullopt: it is not as the draft says. Takes time
/// and memory for the bytes that are there, whatever numbers they claim.
std::optional<TransportFeedback> parse_transport_feedback(Bytes body);

}  // namespace turnpike::rtc
