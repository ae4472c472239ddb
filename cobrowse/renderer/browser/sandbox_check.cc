#include "cobrowse/renderer/browser/sandbox_check.h"

#include <fstream>
#include <iterator>

#include "cobrowse/renderer/browser/process_tree.h"

namespace turnpike::browser {
namespace {

bool runs_pages(const std::string& folder) {
  std::ifstream file(folder + "/cmdline");
  const std::string line((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return line.find("--type=renderer") != std::string::npos;
}

/// proc(5): 2 is SECCOMP_MODE_FILTER.
bool has_filter(const std::string& folder) {
  std::ifstream file(folder + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("Seccomp:")) return line.ends_with("\t2");
  }
  return false;
}

}  // namespace

Sandbox look_at_sandbox(pid_t browser, const std::string& proc) {
  Sandbox found = Sandbox::kNoPages;
  for (const pid_t process : descendants(browser, proc)) {
    const std::string folder = proc + "/" + std::to_string(process);
    if (!runs_pages(folder)) continue;
    if (!has_filter(folder)) return Sandbox::kOpen;
    found = Sandbox::kClosed;
  }
  return found;
}

}  // namespace turnpike::browser
