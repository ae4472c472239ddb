// The file with our process id: written whole or not at all, and removed at the end if it is still
// ours.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "relay/net/fd.h"

namespace turnpike::server {

struct PidFileSettings {
  std::string path = "/var/run/turnserver.pid";
  bool set_by_user = false;  // then no other place is tried
  /// Where else, as Coturn: the file keeps its name.
  std::vector<std::string> fallback_dirs = {"/var/spool", "/var", "/var/tmp", "/tmp", "."};
};

class PidFile {
 public:
  /// Replaces what is there: a file left by a crash, or that of the server we take over from. Call
  /// it after going to the background. The error names every path that was tried.
  static Result<PidFile, std::string> write(const PidFileSettings& settings);

  PidFile(PidFile&&) noexcept = default;
  PidFile& operator=(PidFile&&) noexcept = default;
  /// As remove().
  ~PidFile();

  const std::string& path() const { return path_; }

  /// Removes the file if it still holds our id; where that is forbidden (privileges were dropped),
  /// empties it.
  void remove();

 private:
  PidFile(std::string path, net::Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  std::string path_;
  net::Fd fd_;  // kept open so that it can be emptied without rights on its directory
};

}  // namespace turnpike::server
