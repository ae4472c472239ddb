#include "cobrowse/renderer/left_over.h"

#include <sys/stat.h>

#include <filesystem>
#include <vector>

#include "base/log.h"

namespace turnpike::renderer {

namespace fs = std::filesystem;

void remove_left_over(const std::string& base, uid_t user) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator at(base, error), end; !error && at != end; at.increment(error)) {
    if (!at->path().filename().string().starts_with(kFolderPrefix)) continue;
    struct stat profile {};
    const std::string path = at->path() / "profile";
    if (::lstat(path.c_str(), &profile) == 0 && profile.st_uid == user) {
      found.push_back(at->path());
    }
  }
  for (const fs::path& folder : found) {
    fs::remove_all(folder, error);
    LOG(kWarning, "\"{}\" was left by a renderer that was killed{}", folder.string(),
        error ? ", and cannot be removed" : "");
  }
}

}  // namespace turnpike::renderer
