// 20 ms of encoded sound, made once and sent to every viewer.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace turnpike::rtc {

struct EncodedSound {
  std::vector<std::uint8_t> data{};  // one Opus packet (RFC 6716), kMaxSoundBytes at most
  MonotonicTime captured{};          // a multiple of 20 ms; RTP's timestamp follows it
  bool is_first = false;             // after silence
};

}  // namespace turnpike::rtc
