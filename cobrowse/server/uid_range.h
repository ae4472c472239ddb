// Users for browsers: numbers from a range that belongs to nobody else, one for each renderer.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/rng.h"

namespace turnpike::cobrowse {

struct UidRange {
  std::uint32_t first = 0, last = 0;
};

/// "60600-61099": 1000 at least, and in order.
Result<UidRange, std::string> parse_uid_range(std::string_view text);

/// Any that is not taken, so that one comes again late; nothing: all are taken.
std::optional<std::uint32_t> pick_uid(const UidRange& range, const std::set<std::uint32_t>& taken,
                                      Rng& rng);

/// Those of the range that a process runs as, whoever has started it.
std::set<std::uint32_t> running_uids(const UidRange& range, const std::string& proc = "/proc");

/// Whether processes here can be all of them: a container may have few users.
bool is_mapped(const UidRange& range, const std::string& map = "/proc/self/uid_map");

}  // namespace turnpike::cobrowse
