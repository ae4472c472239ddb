// A folder that looks like /proc.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace turnpike::browser {

struct FakeProcess {
  pid_t pid = 0;
  pid_t parent = 0;
  std::string name = "chromium";
  std::string command{};  // its line
  int filters = 0;        // of system calls
};

class FakeProc {
 public:
  FakeProc() {
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
    std::filesystem::create_directory(path_ + "/sys");  // there are other things in it
  }
  ~FakeProc() { std::filesystem::remove_all(path_); }
  FakeProc(const FakeProc&) = delete;
  FakeProc& operator=(const FakeProc&) = delete;

  void add(const FakeProcess& process) {
    const std::string folder = path_ + "/" + std::to_string(process.pid);
    std::filesystem::create_directory(folder);
    std::ofstream(folder + "/stat")
        << process.pid << " (" << process.name << ") S " << process.parent << " 1 1 0 -1";
    std::ofstream(folder + "/cmdline") << process.command;
    std::ofstream(folder + "/status")
        << "Name:\t" << process.name << "\nSeccomp:\t" << (process.filters > 0 ? 2 : 0)
        << "\nSeccomp_filters:\t" << process.filters << "\n";
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = testing::TempDir() + "turnpike-proc-XXXXXX";
};

}  // namespace turnpike::browser
