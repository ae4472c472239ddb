// What a shard counts around the core: system calls, drops, streams. Written by the shard, read by
// the metrics page.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/counters.h"

namespace turnpike::server {

enum class ShellCount : std::uint8_t {
#define SHELL_COUNT(name, label, text) name,
#include "relay/server/shell_counts.def"
#undef SHELL_COUNT
  kCount
};

constexpr std::string_view shell_count_label(ShellCount count) {
  constexpr std::string_view kLabels[] = {
#define SHELL_COUNT(name, label, text) label,
#include "relay/server/shell_counts.def"
#undef SHELL_COUNT
  };
  return kLabels[static_cast<std::size_t>(count)];
}

/// The others are events that lose nothing.
constexpr bool is_drop(ShellCount count) {
  return count >= ShellCount::kDropInvalid && count <= ShellCount::kDropStreamQueueFull;
}

struct ShellCounters {
  CounterArray<ShellCount> counts;
  /// Live allocations by Transport, and open streams.
  std::array<std::atomic<std::int64_t>, 4> allocations{};
  std::atomic<std::int64_t> streams{0};
  /// Revocations that hold. Each shard knows all of them.
  std::atomic<std::uint64_t> revocations{0};
};

}  // namespace turnpike::server
