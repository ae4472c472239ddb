// Any bytes as RTCP: refused, or values that are no larger than the bytes could have told.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "cobrowse/renderer/rtc/limits.h"
#include "cobrowse/renderer/rtc/rtcp.h"

namespace turnpike::rtc {
namespace {

void check_feedback(const TransportFeedback& feedback, std::size_t size) {
  CHECK(feedback.count > 0 && feedback.reference < (1U << 24));
  CHECK(feedback.received.size() <= feedback.count && feedback.received.size() < size);
  std::uint16_t least = 0;
  for (const auto& one : feedback.received) {
    const auto offset = static_cast<std::uint16_t>(one.sequence - feedback.base_sequence);
    CHECK(offset >= least && offset < feedback.count);
    least = static_cast<std::uint16_t>(offset + 1);
  }
}

void check_items(const std::vector<RtcpItem>& items, std::size_t size) {
  CHECK(items.size() <= size / 4);
  for (const RtcpItem& item : items) {
    if (const auto* nack = std::get_if<Nack>(&item)) {
      CHECK(!nack->sequences.empty() && nack->sequences.size() <= kMaxNackedPackets);
    }
    if (const auto* feedback = std::get_if<TransportFeedback>(&item)) {
      check_feedback(*feedback, size);
    }
  }
}

}  // namespace
}  // namespace turnpike::rtc

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto items = turnpike::rtc::parse_rtcp({data, size});
  CHECK(!items || size <= turnpike::rtc::kMaxRtcpBytes);
  if (items) turnpike::rtc::check_items(*items, size);
  return 0;
}
