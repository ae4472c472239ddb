// PortPool: the relay ports of one relay address that one shard owns. Pure: no sockets, no clock.
// Ports come in pairs (2k, 2k + 1) and a pair has one owner, so that EVEN-PORT (RFC 8656
// section 7.2) never crosses shards. The choice is uniformly random (RFC 6056); a port that was
// given back rests before it is used again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/rng.h"
#include "base/time.h"

namespace turnpike::net {

class PortPool {
 public:
  /// `min` to `max` inclusive, 1 <= min <= max. This shard owns the pairs k with k % shards ==
  /// shard.
  PortPool(std::uint16_t min, std::uint16_t max, unsigned shard, unsigned shards,
           Duration quarantine);

  /// Any free port. Nothing when none is free; a resting port is never taken early.
  std::optional<std::uint16_t> take_any(Rng& rng, MonotonicTime now);
  /// A free even port; the odd one beside it stays as it is.
  std::optional<std::uint16_t> take_even(Rng& rng, MonotonicTime now);
  /// Both ports of a free pair. Returns the even one; each is given back on its own.
  std::optional<std::uint16_t> take_even_pair(Rng& rng, MonotonicTime now);

  /// `port` must have been taken from this pool. It rests until `now` plus the quarantine.
  void give_back(std::uint16_t port, MonotonicTime now);

  bool owns(std::uint16_t port) const;
  /// Ports that could be taken now, as of the last call with a time. Taken + resting + free ==
  /// owned.
  std::size_t free_count() const;
  std::size_t resting_count() const { return resting_count_; }
  std::size_t owned_count() const { return owned_; }
  std::size_t memory_bytes() const;

 private:
  // A pair's class is which of its ports are free. pairs_ is sorted by class, so that a random pick
  // is one index and a change of class swaps at most one pair per boundary.
  static constexpr std::size_t kClasses = 4;
  struct Resting {
    MonotonicTime until;
    std::uint16_t port;
  };

  std::size_t count_in(std::size_t cls) const { return bounds_[cls + 1] - bounds_[cls]; }
  void move(std::size_t pair, std::size_t from, std::size_t to);
  void swap_places(std::size_t a, std::size_t b);
  void set_bits(std::uint16_t port, unsigned cleared, unsigned set);
  void add_owned(std::uint16_t port);
  std::size_t pair_of(std::uint16_t port) const;
  std::uint16_t even_port(std::size_t pair) const;
  std::uint16_t take(std::size_t port);
  void wake_rested(MonotonicTime now);

  unsigned shard_;
  unsigned shards_;
  std::uint16_t min_;
  std::uint16_t max_;
  Duration quarantine_;
  unsigned first_pair_ = 0;  // the pair number (port / 2) of local pair 0
  std::size_t owned_ = 0;
  std::vector<std::uint16_t> pairs_;     // local pairs, by class
  std::vector<std::uint16_t> position_;  // local pair -> index in pairs_
  std::vector<std::uint8_t> state_;      // local pair -> which ports are free, which are resting
  std::array<std::size_t, kClasses + 1> bounds_{};
  std::vector<Resting> resting_;  // a ring in order of `until`
  std::size_t resting_head_ = 0;
  std::size_t resting_count_ = 0;
};

}  // namespace turnpike::net
