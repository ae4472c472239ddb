// A folder that goes with all that is in it.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike::documents {

class TempFolder {
 public:
  TempFolder() {
    std::string name = std::filesystem::temp_directory_path() / "documents.XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string path(std::string_view name = {}) const {
    return name.empty() ? path_ : path_ + "/" + std::string(name);
  }
  void write(std::string_view name, std::string_view text) const {
    std::ofstream(path(name)) << text;
  }
  bool has(std::string_view name) const {
    return std::filesystem::exists(std::filesystem::symlink_status(path(name)));
  }
  /// What is in a folder below it, sorted.
  std::vector<std::string> names(std::string_view below = {}) const {
    std::vector<std::string> all;
    for (const auto& one : std::filesystem::directory_iterator(path(below))) {
      all.push_back(one.path().filename());
    }
    std::ranges::sort(all);
    return all;
  }
  /// 0 where there is nothing.
  static mode_t mode(const std::string& path) {
    struct stat what {};
    return ::lstat(path.c_str(), &what) == 0 ? what.st_mode & 07777 : 0;
  }

 private:
  std::string path_;
};

}  // namespace turnpike::documents
