// Every number that bounds what one viewer may cost: text, packets, memory and time. The constants
// of the congestion control are with its rules; here is what an attacker could try to exceed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace turnpike::rtc {

// Signalling.
inline constexpr std::size_t kMaxSdpBytes = 64 * 1024;
inline constexpr std::size_t kMaxSdpLines = 1024;
inline constexpr std::size_t kMaxSdpCandidates = 32;  // those in an answer; the others trickle
inline constexpr std::size_t kMaxCandidateBytes = 512;
inline constexpr std::size_t kMaxMidBytes = 16;  // what a one-byte header extension holds

// Packets, before protection. RTX adds two bytes to a media packet, SRTP 16, TURN 4, UDP over IPv6
// 48: 1250 on the wire in the worst case.
inline constexpr std::size_t kMaxRtpBytes = 1180;
inline constexpr std::size_t kDefaultPayloadBytes = 1100;  // VP8 payload descriptor and data
inline constexpr std::size_t kMinPayloadBytes = 100;
inline constexpr std::size_t kMaxPayloadBytes = 1120;
inline constexpr std::size_t kMaxRtcpBytes = 4096;  // received; TCP carries more than a MTU
// A feedback of twenty bytes may speak of all packets that were sent; so many are looked at.
inline constexpr std::size_t kMaxFeedbacksPerPacket = 8;
inline constexpr std::uint64_t kRtcpPerSecond = 200;  // packets; browsers send some twenty
inline constexpr std::uint64_t kRtcpAtOnce = 400;

// What was sent and what waits, one arena for both.
inline constexpr std::size_t kHistoryBytes = 2 * 1024 * 1024;
inline constexpr std::size_t kHistoryPackets = 4096;  // a power of two
inline constexpr Duration kHistoryTime = milliseconds(1500);
inline constexpr std::size_t kMaxQueuedBytes = 1024 * 1024;
inline constexpr std::size_t kMaxQueuedPackets = 2048;
inline constexpr std::size_t kMaxQueuedResends = 512;
inline constexpr std::size_t kMaxPacketsPerPoll = 64;
// A key frame of many megabits a second is more; it may wait alone.
inline constexpr std::size_t kMaxLoneFrameBytes = kHistoryBytes / 8 * 7;
static_assert(kMaxLoneFrameBytes + 4 * kMaxRtpBytes <= kHistoryBytes);
static_assert(kMaxQueuedBytes * 2 <= kHistoryBytes && kMaxQueuedPackets * 2 <= kHistoryPackets);

inline constexpr std::size_t kMaxSoundBytes = 600;   // 20 ms of sound at any rate that we use
inline constexpr std::size_t kMaxQueuedSounds = 10;  // older ones go

// What transport-wide feedback may still speak of, in packets; a power of two.
inline constexpr std::size_t kSentPackets = 8192;

inline constexpr std::size_t kHistoryPacketBytes = 48;
inline constexpr std::size_t kSentPacketBytes = 16;
/// Memory of one viewer's tables: arena, its index, sent packets. The rest is some kilobytes.
inline constexpr std::size_t kViewerBytes =
    kHistoryBytes + kHistoryPackets * kHistoryPacketBytes + kSentPackets * kSentPacketBytes;

}  // namespace turnpike::rtc
