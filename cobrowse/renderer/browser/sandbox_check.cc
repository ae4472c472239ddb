#include "cobrowse/renderer/browser/sandbox_check.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>

#include "cobrowse/renderer/browser/process_tree.h"

namespace turnpike::browser {
namespace {

bool runs_pages(const std::string& folder) {
  std::ifstream file(folder + "/cmdline");
  const std::string line((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return line.find("--type=renderer") != std::string::npos;
}

/// proc(5), "Seccomp_filters"; 0 where it cannot be read.
int filters_of(const std::string& folder) {
  constexpr std::string_view kName = "Seccomp_filters:\t";
  std::ifstream file(folder + "/status");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(kName)) continue;
    int filters = 0;
    std::from_chars(line.data() + kName.size(), line.data() + line.size(), filters);
    return filters;
  }
  return 0;
}

}  // namespace

Sandbox look_at_sandbox(pid_t browser, const std::string& proc) {
  Sandbox found = Sandbox::kNoPages;
  const int of_all = filters_of(proc + "/" + std::to_string(browser));
  for (const pid_t process : descendants(browser, proc)) {
    const std::string folder = proc + "/" + std::to_string(process);
    if (!runs_pages(folder)) continue;
    if (filters_of(folder) <= of_all) return Sandbox::kOpen;
    found = Sandbox::kClosed;
  }
  return found;
}

}  // namespace turnpike::browser
