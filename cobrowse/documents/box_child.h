// The inside of a box: from fork to the program, and from its end to the output. Only system calls
// are made here; every text is prepared before the fork.
#pragma once

#include <sys/types.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "cobrowse/documents/box.h"

namespace turnpike::documents {

/// Where the new root is put together; what is there on the machine is hidden from the box only.
inline constexpr const char* kBoxRoot = "/tmp";

struct BoxMount {
  std::string source{};
  std::string target{};  // below kBoxRoot
  bool is_file = false;
};

struct BoxPlan {
  const BoxJob& job;
  pid_t parent = 0;
  bool as_root = false;
  std::string uid_map{};  // where not as root
  std::string gid_map{};
  std::string tmpfs_options{};
  std::string proc{};  // below kBoxRoot
  std::vector<std::string> folders{};
  std::vector<BoxMount> mounts{};
  std::vector<std::pair<std::string, std::string>> links{};  // target, path
  std::vector<std::string> work_folders{};                   // absolute in the box
  std::vector<std::pair<std::string, std::string>> files{};  // absolute in the box, text
  std::string input_path{};                                  // absolute in the box
  std::string output_path{};
  std::array<char*, 64> arguments{};
  std::array<char*, 16> environment{};
};

/// In the child; the exit code is a BoxEnd.
[[noreturn]] void become_box(const BoxPlan& plan);

}  // namespace turnpike::documents
