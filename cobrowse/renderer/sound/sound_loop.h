// The thread that makes packets of sound: takes what the browser plays, mixes, encodes each 20 ms,
// and hands it on. It sleeps while the browser plays nothing.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "base/result.h"
#include "base/time.h"
#include "cobrowse/renderer/rtc/encoded_sound.h"
#include "cobrowse/renderer/sound/mixer.h"
#include "cobrowse/renderer/sound/sound_card.h"
#include "cobrowse/renderer/sound/sound_encoder.h"

namespace turnpike::sound {

using SoundPtr = std::shared_ptr<const rtc::EncodedSound>;

class SoundLoop {
 public:
  static constexpr std::size_t kMaxStreams = 16;  // at the same time; further ones wait

  /// `on_sound` is called on the loop's thread.
  static Result<std::unique_ptr<SoundLoop>, std::string> start(
      const SoundCardSettings& settings, std::function<void(SoundPtr)> on_sound);
  ~SoundLoop();
  SoundLoop(const SoundLoop&) = delete;
  SoundLoop& operator=(const SoundLoop&) = delete;

  /// The value of ALSA_CONFIG_PATH for the browser.
  const std::string& config() const { return card_.config(); }
  /// From any thread: false: nothing is encoded. It begins so.
  void set_wanted(bool wanted) { is_wanted_ = wanted; }

 private:
  SoundLoop(SoundCard card, SoundEncoder encoder, int wake, std::function<void(SoundPtr)> on_sound);
  void run();
  bool wait();
  bool has_room() const { return streams_.size() < kMaxStreams; }
  void accept_stream();
  void receive(int stream);
  void tick();

  SoundCard card_;
  SoundEncoder encoder_;
  const int wake_;
  const std::function<void(SoundPtr)> on_sound_;
  std::atomic<bool> is_wanted_ = false;
  // The thread's own.
  Mixer mixer_;
  std::set<int> streams_;  // sockets
  MonotonicTime due_{};    // of the next block; counts while there is something to play
  bool is_ticking_ = false;
  bool was_silent_ = true;
  std::thread thread_;
};

}  // namespace turnpike::sound
