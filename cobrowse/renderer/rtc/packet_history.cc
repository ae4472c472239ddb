#include "cobrowse/renderer/rtc/packet_history.h"

#include "base/check.h"
#include "cobrowse/renderer/rtc/limits.h"

namespace turnpike::rtc {

static_assert((kHistoryPackets & (kHistoryPackets - 1)) == 0 && kHistoryPackets <= 0x8000);
static_assert(sizeof(PacketHistory::Packet) <= kHistoryPacketBytes);

// The arena is not touched before it is used, so a viewer who sees little costs little.
PacketHistory::PacketHistory(std::uint16_t first_sequence)
    : arena_(std::make_unique_for_overwrite<std::uint8_t[]>(kHistoryBytes)),
      packets_(kHistoryPackets),
      end_(first_sequence),
      first_unsent_(first_sequence) {}

bool PacketHistory::has_room(std::size_t packets, std::size_t bytes) const {
  const std::size_t most_bytes = has_unsent() ? kMaxQueuedBytes : kMaxLoneFrameBytes;
  return unsent_packets() + packets <= kMaxQueuedPackets && unsent_bytes_ + bytes <= most_bytes;
}

MutableBytes PacketHistory::reserve() {
  std::size_t place = head_ % kHistoryBytes;
  if (place + kMaxRtpBytes > kHistoryBytes) {
    head_ += kHistoryBytes - place;
    place = 0;
  }
  return {&arena_[place], kMaxRtpBytes};
}

void PacketHistory::add(std::size_t size) {
  CHECK(size > 0 && size <= kMaxRtpBytes && unsent_packets() < kMaxQueuedPackets &&
        unsent_bytes_ + size <= kMaxLoneFrameBytes);
  packets_[end_ % kHistoryPackets] = {
      .at = head_, .size = static_cast<std::uint32_t>(size), .sequence = end_, .is_used = true};
  head_ += size;
  ++end_;
  unsent_bytes_ += size;
}

PacketHistory::Packet* PacketHistory::find(std::uint16_t sequence) {
  Packet& packet = packets_[sequence % kHistoryPackets];
  if (!packet.is_used || packet.sequence != sequence) return nullptr;
  // What reserve() hands out may already be written over.
  if (head_ + kMaxRtpBytes - packet.at > kHistoryBytes) return nullptr;
  return &packet;
}

MutableBytes PacketHistory::bytes(const Packet& packet) {
  return {&arena_[packet.at % kHistoryBytes], packet.size};
}

PacketHistory::Packet& PacketHistory::first_unsent() {
  CHECK(has_unsent());
  Packet* packet = find(first_unsent_);
  CHECK(packet != nullptr);
  return *packet;
}

void PacketHistory::mark_sent(Packet& packet, MonotonicTime now) {
  CHECK(packet.sequence == first_unsent_ && has_unsent());
  packet.sent = now;
  ++first_unsent_;
  unsent_bytes_ -= packet.size;
}

void PacketHistory::drop_unsent() {
  while (has_unsent()) packets_[--end_ % kHistoryPackets].is_used = false;
  unsent_bytes_ = 0;
}

}  // namespace turnpike::rtc
