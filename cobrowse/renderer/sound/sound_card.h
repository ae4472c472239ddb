// What a browser needs to play to us instead of to a sound card: a socket, and the configuration
// that makes libasound load our plugin. Both in a folder of the session's.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/result.h"

namespace turnpike::sound {

struct SoundCardSettings {
  struct Owner {
    uid_t uid = 0;
    gid_t gid = 0;
  };
  std::string folder{};          // there, and the browser's user may enter it
  std::string plugin{};          // turnpike-sound.so, readable for the browser's user
  std::optional<Owner> owner{};  // the browser's user; without one: who we are
};

class SoundCard {
 public:
  static Result<SoundCard, std::string> make(const SoundCardSettings& settings);
  SoundCard(SoundCard&& other) noexcept;
  SoundCard& operator=(SoundCard&&) = delete;
  ~SoundCard();

  /// Listens, SOCK_SEQPACKET: each connection is a stream, each message kMaxChunkBytes of samples
  /// at most, kChannels of 16 bits by turns.
  int socket() const { return socket_; }
  /// The value of ALSA_CONFIG_PATH; the same for each card in `folder`.
  const std::string& config() const { return config_; }
  static std::string config_in(const std::string& folder) { return folder + "/asound.conf"; }

 private:
  SoundCard() = default;
  int socket_ = -1;
  std::string path_;
  std::string config_;
};

/// Of the plugin that belongs to this program: next to it, or in ../lib/turnpike. Empty: neither.
std::string installed_plugin();

}  // namespace turnpike::sound
