#include "relay/net/port_pool.h"

#include <numeric>
#include <utility>

#include "base/check.h"

namespace turnpike::net {
namespace {

// State of a pair: two bits each for the even and, shifted by one, the odd port.
constexpr unsigned kFree = 1;
constexpr unsigned kResting = 4;

constexpr unsigned bit_for(unsigned flag, std::uint16_t port) {
  return flag << (port & 1U);
}

// In the order of pairs_.
constexpr std::size_t kBothFree = 0;
constexpr std::size_t kEvenFree = 1;
constexpr std::size_t kOddFree = 2;
constexpr std::size_t kNoneFree = 3;

constexpr std::size_t class_of(unsigned state) {
  constexpr std::array<std::size_t, 4> kByFreeBits = {kNoneFree, kEvenFree, kOddFree, kBothFree};
  return kByFreeBits[state & 3U];
}

}  // namespace

PortPool::PortPool(std::uint16_t min, std::uint16_t max, unsigned shard, unsigned shards,
                   Duration quarantine)
    : shard_(shard), shards_(shards), min_(min), max_(max), quarantine_(quarantine) {
  CHECK(min >= 1 && min <= max);
  CHECK(shard < shards);
  const unsigned lowest = min / 2U;
  first_pair_ = lowest + (shard + shards - lowest % shards) % shards;
  const unsigned last_pair = max / 2U;
  const std::size_t pairs = first_pair_ > last_pair ? 0 : (last_pair - first_pair_) / shards + 1;
  pairs_.resize(pairs);
  position_.resize(pairs);
  state_.resize(pairs);
  std::iota(pairs_.begin(), pairs_.end(), std::uint16_t{0});
  std::iota(position_.begin(), position_.end(), std::uint16_t{0});
  bounds_[kNoneFree + 1] = pairs;
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    add_owned(even_port(pair));
    add_owned(static_cast<std::uint16_t>(even_port(pair) + 1));
  }
  resting_.resize(owned_);
}

std::optional<std::uint16_t> PortPool::take_any(Rng& rng, MonotonicTime now) {
  wake_rested(now);
  if (free_count() == 0) return std::nullopt;
  const std::size_t whole = count_in(kBothFree);
  const std::size_t pick = rng.below(free_count());
  // Ports of whole pairs come first, two for each; then one for each broken pair.
  if (pick < 2 * whole) return take(even_port(pairs_[pick / 2]) + pick % 2);
  const std::size_t place = pick - whole;
  return take(even_port(pairs_[place]) + (place < bounds_[kEvenFree + 1] ? 0U : 1U));
}

std::optional<std::uint16_t> PortPool::take_even(Rng& rng, MonotonicTime now) {
  wake_rested(now);
  const std::size_t candidates = count_in(kBothFree) + count_in(kEvenFree);
  if (candidates == 0) return std::nullopt;
  return take(even_port(pairs_[rng.below(candidates)]));
}

std::optional<std::uint16_t> PortPool::take_even_pair(Rng& rng, MonotonicTime now) {
  wake_rested(now);
  const std::size_t candidates = count_in(kBothFree);
  if (candidates == 0) return std::nullopt;
  const std::uint16_t even = even_port(pairs_[rng.below(candidates)]);
  take(even + 1U);
  return take(even);
}

void PortPool::give_back(std::uint16_t port, MonotonicTime now) {
  CHECK(owns(port));
  const unsigned state = state_[pair_of(port)];
  CHECK((state & (bit_for(kFree, port) | bit_for(kResting, port))) == 0);  // it was taken
  set_bits(port, 0, bit_for(kResting, port));
  const std::size_t end = (resting_head_ + resting_count_) % resting_.size();
  resting_[end] = {now + quarantine_, port};
  ++resting_count_;
  wake_rested(now);
}

bool PortPool::owns(std::uint16_t port) const {
  return port >= min_ && port <= max_ && port / 2U % shards_ == shard_;
}

std::size_t PortPool::free_count() const {
  return 2 * count_in(kBothFree) + count_in(kEvenFree) + count_in(kOddFree);
}

std::size_t PortPool::memory_bytes() const {
  return sizeof *this + pairs_.capacity() * sizeof pairs_[0] +
         position_.capacity() * sizeof position_[0] + state_.capacity() * sizeof state_[0] +
         resting_.capacity() * sizeof resting_[0];
}

/// The place at a boundary changes class when the boundary moves past it; one swap per boundary
/// brings the pair there.
void PortPool::move(std::size_t pair, std::size_t from, std::size_t to) {
  for (; from < to; ++from) {
    const std::size_t last = --bounds_[from + 1];
    swap_places(position_[pair], last);
  }
  for (; from > to; --from) {
    const std::size_t first = bounds_[from]++;
    swap_places(position_[pair], first);
  }
}

void PortPool::swap_places(std::size_t a, std::size_t b) {
  std::swap(pairs_[a], pairs_[b]);
  position_[pairs_[a]] = static_cast<std::uint16_t>(a);
  position_[pairs_[b]] = static_cast<std::uint16_t>(b);
}

void PortPool::set_bits(std::uint16_t port, unsigned cleared, unsigned set) {
  const std::size_t pair = pair_of(port);
  const unsigned before = state_[pair];
  const unsigned after = (before & ~cleared) | set;
  state_[pair] = static_cast<std::uint8_t>(after);
  move(pair, class_of(before), class_of(after));
}

void PortPool::add_owned(std::uint16_t port) {
  if (port < min_ || port > max_) return;
  set_bits(port, 0, bit_for(kFree, port));
  ++owned_;
}

std::size_t PortPool::pair_of(std::uint16_t port) const {
  return (port / 2U - first_pair_) / shards_;
}

std::uint16_t PortPool::even_port(std::size_t pair) const {
  return static_cast<std::uint16_t>((first_pair_ + pair * shards_) * 2);
}

std::uint16_t PortPool::take(std::size_t port) {
  const auto taken = static_cast<std::uint16_t>(port);
  set_bits(taken, bit_for(kFree, taken), 0);
  return taken;
}

/// Amortised O(1): every port that is woken was given back once.
void PortPool::wake_rested(MonotonicTime now) {
  while (resting_count_ > 0 && resting_[resting_head_].until <= now) {
    const std::uint16_t port = resting_[resting_head_].port;
    set_bits(port, bit_for(kResting, port), bit_for(kFree, port));
    resting_head_ = (resting_head_ + 1) % resting_.size();
    --resting_count_;
  }
}

}  // namespace turnpike::net
