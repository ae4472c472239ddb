#include "cobrowse/renderer/browser/process_tree.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>

namespace turnpike::browser {
namespace {

namespace fs = std::filesystem;

/// proc(5): "pid (name) state ppid …"; the name may hold anything, brackets too.
pid_t parent_of(const std::string& folder) {
  std::ifstream file(folder + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t end = line.rfind(')');
  if (end == std::string::npos || line.size() < end + 5) return 0;
  pid_t parent = 0;
  std::from_chars(line.data() + end + 4, line.data() + line.size(), parent);
  return parent;
}

}  // namespace

std::vector<pid_t> descendants(pid_t ancestor, const std::string& proc) {
  std::multimap<pid_t, pid_t> children;
  std::error_code error;
  for (fs::directory_iterator at(proc, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    pid_t process = 0;
    const auto [rest, wrong] = std::from_chars(name.data(), name.data() + name.size(), process);
    if (wrong != std::errc() || rest != name.data() + name.size()) continue;
    children.emplace(parent_of(at->path().string()), process);
  }
  std::vector<pid_t> found;
  std::size_t next = 0;
  for (pid_t parent = ancestor; parent > 0; parent = next < found.size() ? found[next++] : 0) {
    const auto [first, last] = children.equal_range(parent);
    for (auto one = first; one != last; ++one) found.push_back(one->second);
    children.erase(first, last);
  }
  return found;
}

}  // namespace turnpike::browser
