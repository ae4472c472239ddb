// Virtual time and bad links: what is sent may be lost, doubled and overtaken. Nothing of it is
// random beyond the seed.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "base/time.h"

namespace turnpike::sim {

/// Things that will happen, in the order of time and then of planning.
class Agenda {
 public:
  using Action = std::function<void()>;

  void plan(MonotonicTime when, Action action) { queue_.push({when, next_++, std::move(action)}); }
  MonotonicTime next_time() const { return queue_.empty() ? kNever : queue_.top().when; }
  void run_next() {
    const Action action = queue_.top().action;
    queue_.pop();
    action();
  }

 private:
  struct Item {
    MonotonicTime when;
    std::uint64_t order = 0;
    Action action;
    bool operator<(const Item& other) const {
      return std::pair(when, order) > std::pair(other.when, other.order);
    }
  };
  std::priority_queue<Item> queue_;
  std::uint64_t next_ = 0;
};

struct LinkCounts {
  std::uint64_t sent = 0;
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;
  std::uint64_t delivered = 0;
};

class Links {
 public:
  Links(Agenda& agenda, Rng& rng) : agenda_(agenda), rng_(rng) {}

  /// Every tenth is lost, every twentieth comes twice, all take 5 to 80 ms.
  void carry(MonotonicTime now, const Agenda::Action& deliver) {
    ++counts_.sent;
    if (rng_.below(10) == 0) {
      ++counts_.lost;
      return;
    }
    plan(now, deliver);
    if (rng_.below(20) == 0) {
      ++counts_.doubled;
      plan(now, deliver);
    }
  }
  /// In order and whole, like a stream.
  void carry_reliably(MonotonicTime now, const Agenda::Action& deliver) {
    ++counts_.sent;
    agenda_.plan(now + milliseconds(20), counted(deliver));
  }
  const LinkCounts& counts() const { return counts_; }

 private:
  void plan(MonotonicTime now, const Agenda::Action& deliver) {
    agenda_.plan(now + milliseconds(5 + rng_.below(76)), counted(deliver));
  }
  Agenda::Action counted(const Agenda::Action& deliver) {
    return [this, deliver] {
      ++counts_.delivered;
      deliver();
    };
  }

  Agenda& agenda_;
  Rng& rng_;
  LinkCounts counts_;
};

}  // namespace turnpike::sim
