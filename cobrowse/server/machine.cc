#include "cobrowse/server/machine.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

namespace turnpike::cobrowse {
namespace {

constexpr std::uint64_t kMegabyte = 1 << 20;

/// The number in a file that is one; "max" is none.
std::optional<std::uint64_t> number_in(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  if (!(file >> number)) return std::nullopt;
  return number;
}

/// Of a file with lines "name number", or "name: number kB".
std::optional<std::uint64_t> line_of(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  std::string word;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::uint64_t number = 0;
    if (words >> word && word == name && words >> number) return number;
  }
  return std::nullopt;
}

struct Controller {
  std::string mount;  // below root
  std::string limit, usage;
};

/// What one cgroup leaves. Caches that can be dropped are no use of memory.
std::optional<std::uint64_t> left_in(const std::string& folder, const Controller& files) {
  const auto limit = number_in(folder + files.limit);
  const auto used = number_in(folder + files.usage);
  if (!limit || !used) return std::nullopt;
  const std::uint64_t cache = line_of(folder + "/memory.stat", "inactive_file").value_or(0);
  const std::uint64_t held = *used - std::min(*used, cache);
  return *limit - std::min(*limit, held);
}

/// cgroups(7): "4:memory:/a/b" for version 1, "0::/a/b" for 2. Every one above counts as well.
std::optional<std::uint64_t> left_in_cgroups(const std::string& root) {
  std::optional<std::uint64_t> least;
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string kind = line.substr(first + 1, second - first - 1);
    if (!kind.empty() && kind != "memory") continue;
    const Controller files = kind.empty()
                                 ? Controller{"/sys/fs/cgroup", "/memory.max", "/memory.current"}
                                 : Controller{"/sys/fs/cgroup/memory", "/memory.limit_in_bytes",
                                              "/memory.usage_in_bytes"};
    for (std::filesystem::path path = line.substr(second + 1);; path = path.parent_path()) {
      const std::string below = path == "/" ? "" : path.string();
      const auto left = left_in(root + files.mount + below, files);
      if (left) least = std::min(least.value_or(*left), *left);
      if (below.empty()) break;
    }
  }
  return least;
}

std::uint64_t processors() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<std::uint64_t>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace

Machine look_at_machine(const std::string& root) {
  Machine machine;
  if (const auto kb = line_of(root + "/proc/meminfo", "MemAvailable:")) {
    machine.free_mb = *kb / 1024;
  }
  if (const auto left = left_in_cgroups(root)) {
    machine.free_mb = std::min(machine.free_mb.value_or(*left / kMegabyte), *left / kMegabyte);
  }
  std::ifstream file(root + "/proc/loadavg");
  double load = 0;
  if (file >> load && load >= 0) {
    machine.load_percent =
        static_cast<std::uint64_t>(load * 100 / static_cast<double>(processors()));
  }
  return machine;
}

std::optional<std::string> why_no_memory(const Machine& machine, const MachineNeeds& needs) {
  if (needs.memory_mb == 0 || !machine.free_mb || *machine.free_mb >= needs.memory_mb) return {};
  return fmt::format("{} MB of memory are free, and a renderer may need {} MB", *machine.free_mb,
                     needs.memory_mb);
}

std::optional<std::string> why_too_loaded(const Machine& machine, const MachineNeeds& needs) {
  if (needs.max_load_percent == 0 || !machine.load_percent ||
      *machine.load_percent <= needs.max_load_percent) {
    return {};
  }
  return fmt::format("the processors are loaded to {} percent, and new sessions begin up to {}",
                     *machine.load_percent, needs.max_load_percent);
}

}  // namespace turnpike::cobrowse
