// A sound card in a folder that goes when the test ends.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "cobrowse/renderer/sound/sound_card.h"

namespace turnpike::sound {

class SoundFolder {
 public:
  SoundFolder() {
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~SoundFolder() { std::filesystem::remove_all(path_); }
  SoundFolder(const SoundFolder&) = delete;
  SoundFolder& operator=(const SoundFolder&) = delete;

  const std::string& path() const { return path_; }
  SoundCardSettings settings() const { return {.folder = path_, .plugin = TURNPIKE_SOUND_PLUGIN}; }

 private:
  std::string path_ = "/tmp/turnpike-sound-XXXXXX";
};

}  // namespace turnpike::sound
