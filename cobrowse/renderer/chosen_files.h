// Files that people give to a page's file chooser, in a folder that only the browser's user can
// read. Gone with this object.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cobrowse/renderer/browser/browser_process.h"

namespace turnpike::renderer {

/// A name for a file, whatever stood there: no folder, no control characters, no dot in front, at
/// most 200 bytes with its ending kept, UTF-8, not empty.
std::string safe_file_name(std::string_view name);

class ChosenFiles {
 public:
  /// Of all files together, until the session ends: a page may read one late.
  static constexpr std::size_t kMaxBytes = 256 << 20;

  /// `folder` does not exist yet; the one above it can be entered by `owner`.
  ChosenFiles(std::string folder, std::optional<browser::BrowserUser> owner)
      : folder_(std::move(folder)), owner_(owner) {}
  ~ChosenFiles();
  ChosenFiles(const ChosenFiles&) = delete;
  ChosenFiles& operator=(const ChosenFiles&) = delete;

  /// The new file's path, which ends in safe_file_name(name). Two of one name are two files.
  Result<std::string, std::string> put(std::string_view name, std::string_view bytes);

 private:
  const std::string folder_;
  const std::optional<browser::BrowserUser> owner_;
  std::size_t count_ = 0, bytes_ = 0;
};

}  // namespace turnpike::renderer
