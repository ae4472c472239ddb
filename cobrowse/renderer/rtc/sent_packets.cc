#include "cobrowse/renderer/rtc/sent_packets.h"

#include <algorithm>

#include "cobrowse/renderer/rtc/limits.h"

namespace turnpike::rtc {
namespace {

constexpr ArrivalTime kReferenceUnit = milliseconds(64);
// A jump of the viewer's clock by more is none that time has made.
constexpr std::int32_t kMaxReferenceStep = 1000;  // 64 s
static_assert((kSentPackets & (kSentPackets - 1)) == 0 && kSentPackets <= 0x8000);

}  // namespace

SentPackets::SentPackets() : entries_(kSentPackets) {
  static_assert(sizeof(Entry) <= kSentPacketBytes);
}

std::uint16_t SentPackets::add(MonotonicTime now, std::size_t bytes) {
  const std::uint16_t sequence = next_++;
  entries_[sequence % kSentPackets] = {.sent = now,
                                       .bytes = static_cast<std::uint32_t>(bytes),
                                       .sequence = sequence,
                                       .state = State::kSent};
  return sequence;
}

SentPackets::Entry* SentPackets::find(std::uint16_t sequence) {
  Entry& entry = entries_[sequence % kSentPackets];
  return entry.state != State::kEmpty && entry.sequence == sequence ? &entry : nullptr;
}

ArrivalTime SentPackets::unwrap(std::uint32_t reference) {
  if (last_reference_) {
    const std::uint32_t step = (reference - *last_reference_) & 0xffffff;
    const auto signed_step = static_cast<std::int32_t>(step << 8) >> 8;
    if (std::abs(signed_step) <= kMaxReferenceStep) base_ += signed_step * kReferenceUnit;
  }
  last_reference_ = reference;
  return base_;
}

std::vector<PacketResult> SentPackets::on_feedback(const TransportFeedback& feedback) {
  const ArrivalTime base = unwrap(feedback.reference);
  std::vector<PacketResult> out;
  auto received = feedback.received.begin();
  // Older ones than the table holds are not looked for.
  for (std::size_t i = 0; i < std::min<std::size_t>(feedback.count, kSentPackets); ++i) {
    const auto sequence = static_cast<std::uint16_t>(feedback.base_sequence + i);
    const bool arrived = received != feedback.received.end() && received->sequence == sequence;
    std::optional<ArrivalTime> arrival;
    if (arrived) arrival = base + received++->after;
    Entry* entry = find(sequence);
    if (entry == nullptr || entry->state == State::kReceived) continue;
    if (!arrived && entry->state == State::kLost) continue;
    entry->state = arrived ? State::kReceived : State::kLost;
    out.push_back({.sent = entry->sent, .arrival = arrival, .bytes = entry->bytes});
  }
  return out;
}

}  // namespace turnpike::rtc
