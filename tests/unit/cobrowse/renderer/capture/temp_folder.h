// A folder that goes when the test ends.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace turnpike::capture {

class TempFolder {
 public:
  TempFolder() : path_(std::filesystem::temp_directory_path() / "turnpike-XXXXXX") {
    std::string name = path_.string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string path() const { return path_.string(); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace turnpike::capture
