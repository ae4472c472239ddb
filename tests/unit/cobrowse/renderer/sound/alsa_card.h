// Plays on a sound card as the browser does, through libasound and our plugin.
#pragma once

#include <alsa/asoundlib.h>

#include <cstdint>
#include <span>
#include <string>

#include "cobrowse/renderer/sound/format.h"

namespace turnpike::sound {

class AlsaCard {
 public:
  explicit AlsaCard(const std::string& config, unsigned latency_us = 85'000) {
    snd_config_t* root = nullptr;
    snd_input_t* input = nullptr;
    if (snd_input_stdio_open(&input, config.c_str(), "r") < 0) return;
    if (snd_config_top(&root) == 0 && snd_config_load(root, input) == 0) {
      error_ = snd_pcm_open_lconf(&pcm_, "default", SND_PCM_STREAM_PLAYBACK, 0, root);
    }
    snd_input_close(input);
    if (root != nullptr) snd_config_delete(root);
    if (error_ == 0) {
      error_ = snd_pcm_set_params(pcm_, SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED,
                                  kChannels, kRate, 1, latency_us);
    }
  }
  ~AlsaCard() {
    if (pcm_ != nullptr) snd_pcm_close(pcm_);
  }
  AlsaCard(const AlsaCard&) = delete;
  AlsaCard& operator=(const AlsaCard&) = delete;

  int error() const { return error_; }
  snd_pcm_t* pcm() { return pcm_; }
  /// Waits while the card's buffer is full. Samples per channel that were taken.
  snd_pcm_sframes_t play(std::span<const std::int16_t> samples) {
    return snd_pcm_writei(pcm_, samples.data(), samples.size() / kChannels);
  }

 private:
  snd_pcm_t* pcm_ = nullptr;
  int error_ = -1;
};

}  // namespace turnpike::sound
