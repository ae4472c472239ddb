#include "cobrowse/renderer/chosen_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/utf8.h"

namespace turnpike::renderer {
namespace {

constexpr std::size_t kMaxName = 200;   // bytes; file systems have 255
constexpr std::size_t kMaxEnding = 20;  // with its dot
constexpr std::string_view kNoName = "document";

/// At most that long, whole characters.
std::string_view shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string safe_file_name(std::string_view name) {
  std::string out;
  for (const char c : to_utf8(name.substr(name.find_last_of("/\\") + 1))) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (out.empty() && (c == '.' || c == ' '))) continue;
    out += c;
  }
  if (out.empty()) return std::string(kNoName);
  if (out.size() <= kMaxName) return out;
  const std::size_t dot = out.rfind('.');
  const std::string ending =
      dot != std::string::npos && out.size() - dot <= kMaxEnding ? out.substr(dot) : "";
  return std::string(shortened(out, kMaxName - ending.size())) + ending;
}

ChosenFiles::~ChosenFiles() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

/// The browser's user cannot write where we do: the file and its folder are given away complete.
Result<std::string, std::string> ChosenFiles::put(std::string_view name, std::string_view bytes) {
  if (bytes_ + bytes.size() > kMaxBytes) {
    return fail(fmt::format("more than {} MB of files in one session", kMaxBytes >> 20));
  }
  const std::string folder = fmt::format("{}/{}", folder_, ++count_);
  const std::string path = folder + "/" + safe_file_name(name);
  ::mkdir(folder_.c_str(), 0711);
  ::chmod(folder_.c_str(), 0711);  // whatever the umask is
  const bool has_folder = ::mkdir(folder.c_str(), 0700) == 0;
  const int fd =
      has_folder ? ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400) : -1;
  const bool is_good = fd >= 0 && write_all(fd, bytes) &&
                       (!owner_ || (::fchown(fd, owner_->uid, owner_->gid) == 0 &&
                                    ::chown(folder.c_str(), owner_->uid, owner_->gid) == 0));
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (!is_good)
    return fail(fmt::format("\"{}\" cannot be written: {}", path, std::strerror(error)));
  bytes_ += bytes.size();
  return path;
}

}  // namespace turnpike::renderer
