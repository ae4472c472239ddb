#include "cobrowse/renderer/sound/sound_card.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

namespace turnpike::sound {
namespace {

namespace fs = std::filesystem;

// More than the browser opens before our thread gets to them: one that finds no room plays to
// nobody.
constexpr int kBacklog = 64;

/// All of ALSA's configuration: one card, which takes any format.
bool write_config(const std::string& file, const std::string& plugin, const std::string& socket) {
  std::ofstream out(file);
  out << fmt::format(
      "pcm_type.turnpike {{ lib \"{}\" }}\n"
      "pcm.!default {{ type plug slave.pcm {{ type turnpike path \"{}\" }} }}\n",
      plugin, socket);
  out.close();
  return !out.fail() && ::chmod(file.c_str(), 0644) == 0;
}

int listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::ranges::copy(path, address.sun_path);
  const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  ::unlink(path.c_str());
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::chmod(path.c_str(), 0600) == 0 && ::listen(fd, kBacklog) == 0) {
    return fd;
  }
  ::close(fd);
  return -1;
}

}  // namespace

SoundCard::SoundCard(SoundCard&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      path_(std::move(other.path_)),
      config_(std::move(other.config_)) {}

SoundCard::~SoundCard() {
  if (socket_ < 0) return;
  ::close(socket_);
  ::unlink(path_.c_str());
  ::unlink(config_.c_str());
}

Result<SoundCard, std::string> SoundCard::make(const SoundCardSettings& settings) {
  if (settings.plugin.empty() || ::access(settings.plugin.c_str(), R_OK) != 0) {
    return fail(
        fmt::format("sound: the plugin \"{}\" is not there: it is installed next to "
                    "turnpike-renderer, or in ../lib/turnpike",
                    settings.plugin));
  }
  SoundCard card;
  card.path_ = settings.folder + "/sound";
  card.config_ = config_in(settings.folder);
  card.socket_ = listen_at(card.path_);
  const auto& owner = settings.owner;
  if (card.socket_ < 0 || (owner && ::chown(card.path_.c_str(), owner->uid, owner->gid) != 0)) {
    return fail(fmt::format("sound: no socket at \"{}\": {}", card.path_, std::strerror(errno)));
  }
  if (!write_config(card.config_, settings.plugin, card.path_)) {
    return fail(fmt::format("sound: \"{}\" cannot be written", card.config_));
  }
  return card;
}

std::string installed_plugin() {
  constexpr std::string_view kName = "turnpike-sound.so";
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& where : {folder, folder.parent_path() / "lib" / "turnpike"}) {
    if (fs::exists(where / kName, error)) return where / kName;
  }
  return {};
}

}  // namespace turnpike::sound
