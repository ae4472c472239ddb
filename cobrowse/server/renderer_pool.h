// Renderers that wait for a session with their browser up. Only who they are and when another one
// is due; starting, ending and talking to them is the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace turnpike::cobrowse {

struct PoolSettings {
  std::size_t size = 0;      // how many wait; 0: none ever
  seconds settle{3};         // after one was taken: the session that has it comes first
  seconds start_within{60};  // one that is not ready by then is given up
  seconds longest_pause{60};
  seconds longest_wait{3600};  // then it is replaced: a pod has an end of its own
};

/// What a renderer is known by; a pool and a session's record have the same.
struct RendererId {
  std::string name{};
  std::string token_hash{};
  std::uint32_t uid = 0;
};

class RendererPool {
 public:
  explicit RendererPool(PoolSettings settings) : settings_(settings) {}

  /// Whether one is to be started now: one after the other, later and later after failures.
  bool wants_one(MonotonicTime now) const;
  void add(RendererId renderer, MonotonicTime now);
  void on_ready(std::string_view name);
  /// Has ended, or could not be started. False: it is none of these.
  bool on_ended(std::string_view name, MonotonicTime now);
  void on_not_started(MonotonicTime now);
  /// The one that is furthest; it is in the pool no more.
  std::optional<RendererId> take(MonotonicTime now);
  /// Not ready in time, or waiting for too long; they are in the pool no more.
  std::vector<std::string> take_overdue(MonotonicTime now);
  /// The machine needs what one has. None is started for `longest_pause`.
  std::optional<std::string> give_up(MonotonicTime now);

  const RendererId* find(std::string_view name) const;
  std::vector<RendererId> all() const;
  std::size_t size() const { return members_.size(); }
  std::size_t ready() const;

 private:
  struct Member {
    RendererId renderer;
    bool is_ready = false;
    MonotonicTime started{};
  };
  std::vector<Member>::iterator place_of(std::string_view name);

  const PoolSettings settings_;
  std::vector<Member> members_;
  unsigned failures_ = 0;  // in a row
  MonotonicTime not_before_{};
};

}  // namespace turnpike::cobrowse
