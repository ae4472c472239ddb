// A cgroup of one browser: memory, CPU and number of processes, with cgroup v2 or the three
// hierarchies of v1, whichever the machine has.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace turnpike::browser {

struct CgroupLimits {
  std::uint64_t memory_bytes = 0;  // 0: no limit, for each
  unsigned cpu_percent = 0;        // of one core
  unsigned processes = 0;          // threads count
};

class Cgroup {
 public:
  /// `root` is where cgroups are mounted. The error says what is missing; the browser can run
  /// without, and the operator is told.
  static Result<std::unique_ptr<Cgroup>, std::string> make(const std::string& name,
                                                           const CgroupLimits& limits,
                                                           const std::string& root);
  /// Kills what is left in it and removes it.
  ~Cgroup();
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;

  bool add(pid_t process) const;
  std::vector<pid_t> processes() const;

 private:
  Cgroup() = default;
  std::vector<std::string> folders_;  // one with v2; of v1 one for each hierarchy
};

}  // namespace turnpike::browser
