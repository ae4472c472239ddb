#include "cobrowse/renderer/rtc/transport_feedback.h"

#include <algorithm>
#include <utility>

namespace turnpike::rtc {
namespace {

constexpr std::size_t kHeadBytes = 8;
constexpr std::chrono::microseconds kTick{250};

enum class Symbol : std::uint8_t {
  kNotReceived = 0,
  kSmallDelta = 1,
  kLargeDelta = 2,
  kReserved = 3
};

/// A status chunk: one symbol many times, or up to 14 symbols.
class Chunk {
 public:
  explicit Chunk(std::uint16_t bits) : bits_(bits) {}

  bool is_run() const { return (bits_ & 0x8000) == 0; }
  std::size_t size() const {
    if (is_run()) return bits_ & 0x1fff;
    return has_two_bits() ? 7 : 14;
  }
  Symbol symbol(std::size_t index) const {
    if (is_run()) return static_cast<Symbol>((bits_ >> 13) & 3);
    if (has_two_bits()) return static_cast<Symbol>((bits_ >> (12 - 2 * index)) & 3);
    return static_cast<Symbol>((bits_ >> (13 - index)) & 1);
  }

 private:
  bool has_two_bits() const { return (bits_ & 0x4000) != 0; }
  std::uint16_t bits_;
};

/// How many chunks it takes for `count` statuses.
std::optional<std::size_t> count_chunks(Bytes chunks, std::size_t count) {
  std::size_t seen = 0;
  std::size_t used = 0;
  while (seen < count) {
    if (chunks.size() < (used + 1) * 2) return std::nullopt;
    seen += Chunk(load_be16(&chunks[used * 2])).size();
    ++used;
  }
  return used;
}

class DeltaReader {
 public:
  DeltaReader(Bytes deltas, TransportFeedback& out) : rest_(deltas), out_(out) {}

  /// The status of the packet at `offset` of the range.
  bool on_status(Symbol symbol, std::size_t offset) {
    if (symbol == Symbol::kNotReceived) return true;
    const std::size_t size = symbol == Symbol::kSmallDelta ? 1 : 2;
    if (symbol == Symbol::kReserved || rest_.size() < size) return false;
    ticks_ += size == 1 ? rest_[0] : static_cast<std::int16_t>(load_be16(rest_.data()));
    rest_ = rest_.subspan(size);
    out_.received.push_back({.sequence = static_cast<std::uint16_t>(out_.base_sequence + offset),
                             .after = ticks_ * kTick});
    return true;
  }

 private:
  Bytes rest_;
  std::int64_t ticks_ = 0;
  TransportFeedback& out_;
};

}  // namespace

std::optional<TransportFeedback> parse_transport_feedback(Bytes body) {
  if (body.size() < kHeadBytes) return std::nullopt;
  TransportFeedback out{.base_sequence = load_be16(&body[0]),
                        .count = load_be16(&body[2]),
                        .reference = load_be32(&body[4]) >> 8,
                        .feedback_count = body[7]};
  const Bytes chunks = body.subspan(kHeadBytes);
  const auto used = count_chunks(chunks, out.count);
  if (!used || out.count == 0) return std::nullopt;
  DeltaReader deltas(chunks.subspan(*used * 2), out);
  std::size_t offset = 0;
  for (std::size_t i = 0; i < *used; ++i) {
    const Chunk chunk(load_be16(&chunks[i * 2]));
    const std::size_t size = std::min(chunk.size(), out.count - offset);
    const bool is_gap = chunk.is_run() && chunk.symbol(0) == Symbol::kNotReceived;
    for (std::size_t j = 0; j < size && !is_gap; ++j) {
      if (!deltas.on_status(chunk.symbol(j), offset + j)) return std::nullopt;
    }
    offset += size;
  }
  return out;
}

}  // namespace turnpike::rtc
