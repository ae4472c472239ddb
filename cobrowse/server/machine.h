// How much of this machine is free, where its kernel or our cgroup says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace turnpike::cobrowse {

struct Machine {
  std::optional<std::uint64_t> free_mb{};       // memory
  std::optional<std::uint64_t> load_percent{};  // of the last minute; 100: every processor has work
};

/// MemAvailable, or what our cgroup or one above it leaves where that is less; the load average
/// over the processors that we may use. `root` stands before every path.
Machine look_at_machine(const std::string& root = {});

struct MachineNeeds {
  std::uint64_t memory_mb = 0;         // for another renderer; 0: not asked
  std::uint64_t max_load_percent = 0;  // 0: not asked
};

/// Why no other renderer has room, for people; nothing: it has. What is unknown refuses nothing.
std::optional<std::string> why_no_memory(const Machine& machine, const MachineNeeds& needs);
std::optional<std::string> why_too_loaded(const Machine& machine, const MachineNeeds& needs);

}  // namespace turnpike::cobrowse
