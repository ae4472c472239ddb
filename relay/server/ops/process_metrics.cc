#include "relay/server/ops/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

namespace turnpike::server {
namespace {

/// Field `number` of /proc/self/stat, as proc(5) counts; from 4 on.
std::optional<std::uint64_t> stat_field(int number) {
  std::ifstream file("/proc/self/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = text.rfind(')');  // the name may hold spaces
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(text.substr(name_end + 1));
  std::string word;
  for (int field = 3; field <= number && rest >> word; ++field) {
  }
  if (!rest) return std::nullopt;
  return std::strtoull(word.c_str(), nullptr, 10);
}

std::optional<std::uint64_t> boot_time_s() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    std::uint64_t value = 0;
    if (word == "btime" && file >> value) return value;
  }
  return std::nullopt;
}

double as_seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

void add_start_time(MetricsSnapshot& snapshot) {
  constexpr int kStartTime = 22;
  const auto ticks = stat_field(kStartTime);
  const auto boot = boot_time_s();
  if (!ticks || !boot) return;
  const double after_boot =
      static_cast<double>(*ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  snapshot.add(Metric::kProcessStart, static_cast<double>(*boot) + after_boot);
}

void add_descriptors(MetricsSnapshot& snapshot) {
  std::error_code error;
  std::uint64_t open = 0;
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    ++open;
  }
  if (open > 0) snapshot.add(Metric::kProcessOpenFds, open - 1);  // one is the listing itself
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    snapshot.add(Metric::kProcessMaxFds, static_cast<std::uint64_t>(limit.rlim_cur));
  }
}

}  // namespace

void add_process_metrics(MetricsSnapshot& snapshot) {
  add_start_time(snapshot);
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    snapshot.add(Metric::kProcessCpu, as_seconds(usage.ru_utime) + as_seconds(usage.ru_stime));
  }
  constexpr int kResidentPages = 24;
  if (const auto pages = stat_field(kResidentPages)) {
    snapshot.add(Metric::kProcessMemory,
                 *pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
  }
  add_descriptors(snapshot);
}

}  // namespace turnpike::server
