#include "cobrowse/renderer/browser/cgroup.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include "base/time.h"

namespace turnpike::browser {
namespace {

namespace fs = std::filesystem;
using Failed = std::string;

constexpr const char* kParent = "turnpike";
constexpr unsigned kPeriod_us = 100'000;
constexpr int kRemovals = 50;  // a killed process leaves its cgroup a little later

bool write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  return !file.fail();
}

using Setting = std::pair<std::string, std::string>;  // file and its content

struct Hierarchy {
  std::string folder;
  std::vector<Setting> settings;
};

std::vector<Hierarchy> version_2(const std::string& root, const CgroupLimits& limits) {
  Hierarchy all{root, {}};
  if (limits.memory_bytes > 0) {
    all.settings.emplace_back("memory.max", std::to_string(limits.memory_bytes));
  }
  if (limits.cpu_percent > 0) {
    all.settings.emplace_back(
        "cpu.max", fmt::format("{} {}", limits.cpu_percent * (kPeriod_us / 100), kPeriod_us));
  }
  if (limits.processes > 0) {
    all.settings.emplace_back("pids.max", std::to_string(limits.processes));
  }
  return {std::move(all)};
}

std::vector<Hierarchy> version_1(const std::string& root, const CgroupLimits& limits) {
  std::vector<Hierarchy> list;
  if (limits.memory_bytes > 0) {
    list.push_back(
        {root + "/memory", {{"memory.limit_in_bytes", std::to_string(limits.memory_bytes)}}});
  }
  if (limits.cpu_percent > 0) {
    list.push_back(
        {root + "/cpu",
         {{"cpu.cfs_period_us", std::to_string(kPeriod_us)},
          {"cpu.cfs_quota_us", std::to_string(limits.cpu_percent * (kPeriod_us / 100))}}});
  }
  if (limits.processes > 0) {
    list.push_back({root + "/pids", {{"pids.max", std::to_string(limits.processes)}}});
  }
  return list;
}

/// Controllers are handed down folder by folder.
void enable_controllers(const std::string& folder) {
  for (const char* const controller : {"+memory", "+cpu", "+pids"}) {
    write(folder + "/cgroup.subtree_control", controller);
  }
}

}  // namespace

Result<std::unique_ptr<Cgroup>, std::string> Cgroup::make(const std::string& name,
                                                          const CgroupLimits& limits,
                                                          const std::string& root) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
    return fail(fmt::format("\"{}\" is no name for a cgroup", name));
  }
  std::unique_ptr<Cgroup> group(new Cgroup);
  std::error_code error;
  const bool unified = fs::exists(root + "/cgroup.controllers", error);
  for (const Hierarchy& one : unified ? version_2(root, limits) : version_1(root, limits)) {
    if (!fs::is_directory(one.folder, error)) {
      return fail(Failed("there is no " + one.folder));
    }
    const std::string parent = one.folder + "/" + kParent;
    fs::create_directory(parent, error);
    if (unified) {
      enable_controllers(one.folder);
      enable_controllers(parent);
    }
    const std::string folder = parent + "/" + name;
    if (error || (!fs::create_directory(folder, error) && error)) {
      return fail(fmt::format("cannot make {}: {}", folder, error.message()));
    }
    group->folders_.push_back(folder);
    for (const auto& [file, text] : one.settings) {
      if (!write(folder + "/" + file, text)) {
        return fail(fmt::format("{}/{} does not take {}", folder, file, text));
      }
    }
  }
  return group;
}

Cgroup::~Cgroup() {
  for (int i = 0; i < kRemovals && !folders_.empty(); ++i) {
    for (const pid_t process : processes()) ::kill(process, SIGKILL);
    std::erase_if(folders_, [](const std::string& folder) { return ::rmdir(folder.c_str()) == 0; });
    if (!folders_.empty()) std::this_thread::sleep_for(milliseconds(20));
  }
}

bool Cgroup::add(pid_t process) const {
  bool all = true;
  for (const std::string& folder : folders_) {
    all = write(folder + "/cgroup.procs", std::to_string(process)) && all;
  }
  return all;
}

std::vector<pid_t> Cgroup::processes() const {
  std::vector<pid_t> list;
  for (const std::string& folder : folders_) {
    std::ifstream file(folder + "/cgroup.procs");
    for (pid_t process = 0; file >> process;) list.push_back(process);
  }
  return list;
}

}  // namespace turnpike::browser
