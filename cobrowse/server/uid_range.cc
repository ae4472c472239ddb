#include "cobrowse/server/uid_range.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace turnpike::cobrowse {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kLeast = 1000, kMost = 2'000'000'000;  // what renderers take

bool read_number(std::string_view text, std::uint32_t& out) {
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), out);
  return wrong == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<UidRange, std::string> parse_uid_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  UidRange range;
  if (dash == std::string_view::npos || !read_number(text.substr(0, dash), range.first) ||
      !read_number(text.substr(dash + 1), range.last)) {
    return fail(std::string("write two numbers as 60600-61099, or none"));
  }
  if (range.first < kLeast || range.last > kMost || range.first > range.last) {
    return fail(fmt::format("from {} up to {}, the smaller one first", kLeast, kMost));
  }
  return range;
}

std::optional<std::uint32_t> pick_uid(const UidRange& range, const std::set<std::uint32_t>& taken,
                                      Rng& rng) {
  const std::uint64_t size = std::uint64_t{range.last} - range.first + 1;
  const std::uint64_t start = rng.below(size);
  for (std::uint64_t step = 0; step < size && step <= taken.size(); ++step) {
    const auto uid = static_cast<std::uint32_t>(range.first + (start + step) % size);
    if (!taken.contains(uid)) return uid;
  }
  return std::nullopt;
}

std::set<std::uint32_t> running_uids(const UidRange& range, const std::string& proc) {
  constexpr std::string_view kName = "Uid:";  // proc(5): real, effective, saved, file system
  std::set<std::uint32_t> found;
  std::error_code error;
  for (fs::directory_iterator at(proc, error), end; !error && at != end; at.increment(error)) {
    std::ifstream file(at->path() / "status");
    for (std::string line; std::getline(file, line);) {
      if (!line.starts_with(kName)) continue;
      std::istringstream numbers(line.substr(kName.size()));
      for (std::uint32_t uid = 0; numbers >> uid;) {
        if (uid >= range.first && uid <= range.last) found.insert(uid);
      }
      break;
    }
  }
  return found;
}

bool is_mapped(const UidRange& range, const std::string& map) {
  std::ifstream file(map);
  std::uint64_t inside = 0, outside = 0, count = 0;
  while (file >> inside >> outside >> count) {
    if (range.first >= inside && range.last < inside + count) return true;
  }
  return false;
}

}  // namespace turnpike::cobrowse
