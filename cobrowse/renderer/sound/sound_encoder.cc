#include "cobrowse/renderer/sound/sound_encoder.h"

#include <fmt/format.h>
#include <opus/opus.h>

#include <algorithm>

#include "cobrowse/renderer/rtc/limits.h"

namespace turnpike::sound {
namespace {

constexpr int kComplexity = 5;  // half the time of the most, and nobody hears it
constexpr int kExpectedLossPercent = 5;
constexpr int kDtxBytes = 2;  // and less: nothing has changed (RFC 6716 section 2.1.9)

/// Rounding leaves ones.
bool is_silent(const Block& block) {
  return std::ranges::all_of(block, [](std::int16_t s) { return s >= -1 && s <= 1; });
}

}  // namespace

void SoundEncoder::Delete::operator()(OpusEncoder* encoder) const {
  opus_encoder_destroy(encoder);
}

Result<SoundEncoder, std::string> SoundEncoder::create() {
  int error = OPUS_OK;
  SoundEncoder made(opus_encoder_create(kRate, 1, OPUS_APPLICATION_AUDIO, &error));
  if (error != OPUS_OK) return fail(fmt::format("libopus: {}", opus_strerror(error)));
  ::OpusEncoder* const encoder = made.encoder_.get();
  const bool good =
      opus_encoder_ctl(encoder, OPUS_SET_BITRATE(kBitrate_bps)) == OPUS_OK &&
      opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(kComplexity)) == OPUS_OK &&
      opus_encoder_ctl(encoder, OPUS_SET_INBAND_FEC(1)) == OPUS_OK &&
      opus_encoder_ctl(encoder, OPUS_SET_PACKET_LOSS_PERC(kExpectedLossPercent)) == OPUS_OK &&
      opus_encoder_ctl(encoder, OPUS_SET_DTX(1)) == OPUS_OK;
  if (!good) return fail(std::string("libopus does not take its settings"));
  return made;
}

std::optional<std::vector<std::uint8_t>> SoundEncoder::encode(const Block& block) {
  if (!is_silent(block)) {
    silent_blocks_ = 0;
  } else if (is_resting()) {
    return std::nullopt;
  } else {
    ++silent_blocks_;
  }
  std::vector<std::uint8_t> out(rtc::kMaxSoundBytes);
  const opus_int32 size = opus_encode(encoder_.get(), block.data(), static_cast<int>(block.size()),
                                      out.data(), static_cast<opus_int32>(out.size()));
  if (size <= kDtxBytes) return std::nullopt;
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace turnpike::sound
