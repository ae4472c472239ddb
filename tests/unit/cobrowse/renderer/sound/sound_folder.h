// A sound card in a folder that goes when the test ends.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>

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
  /// As the plugin connects, which does not wait; to send what it never would.
  int connect() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path_ + "/sound", address.sun_path);
    const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
    ::close(fd);
    return -1;
  }

 private:
  std::string path_ = "/tmp/turnpike-sound-XXXXXX";
};

}  // namespace turnpike::sound
