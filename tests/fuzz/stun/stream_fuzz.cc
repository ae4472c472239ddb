// Any bytes as a stream: cut into reads of random size (seeded by the first eight bytes) it must
// give the same frames as when it is there at once, and next_frame must never ask for more than the
// frame needs.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "base/rng.h"
#include "relay/stun/stream_framer.h"

namespace turnpike::stun {
namespace {

constexpr std::size_t kSeedSize = 8;

struct Frames {
  std::vector<std::pair<std::size_t, std::size_t>> places;  // begin and size in the stream
  bool broken = false;
};

void check_answer(const NextFrame& next, Bytes received) {
  switch (next.status) {
    case FrameStatus::kFrame:
      CHECK(next.frame.data() == received.data() && !next.frame.empty());
      CHECK(next.frame.size() <= next.consumed && next.consumed - next.frame.size() < 4);
      CHECK(next.consumed <= received.size() && next.consumed <= kMaxFrame);
      // One byte less is not enough, so whoever waits for `need` bytes never waits for too many.
      CHECK(next_frame(received.first(next.consumed - 1)).status == FrameStatus::kNeedMore);
      return;
    case FrameStatus::kNeedMore:
      CHECK(next.need > received.size() && next.need <= kMaxFrame);
      return;
    case FrameStatus::kBroken:
      return;
  }
}

/// Takes all frames that the first `end` bytes of the stream hold.
void take_frames(Bytes stream, std::size_t end, std::size_t& begin, Frames& out) {
  while (!out.broken) {
    const Bytes received = stream.subspan(begin, end - begin);
    const NextFrame next = next_frame(received);
    check_answer(next, received);
    out.broken = next.status == FrameStatus::kBroken;
    if (next.status != FrameStatus::kFrame) return;
    out.places.emplace_back(begin, next.frame.size());
    begin += next.consumed;
  }
}

Frames in_pieces(Bytes stream, Rng& rng) {
  Frames out;
  std::size_t begin = 0;
  std::size_t end = 0;
  const std::uint64_t longest = 1 + rng.below(rng.below(2) == 0 ? 8 : 2000);
  while (end < stream.size() && !out.broken) {
    end = std::min<std::size_t>(stream.size(), end + 1 + rng.below(longest));
    take_frames(stream, end, begin, out);
  }
  return out;
}

void one_stream(Bytes input) {
  if (input.size() <= kSeedSize) return;
  SeededRng rng(load_be64(input.data()));
  const Bytes stream = input.subspan(kSeedSize);
  Frames at_once;
  std::size_t begin = 0;
  take_frames(stream, stream.size(), begin, at_once);
  const Frames pieces = in_pieces(stream, rng);
  CHECK(pieces.places == at_once.places);
  CHECK(pieces.broken == at_once.broken);
}

}  // namespace
}  // namespace turnpike::stun

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  turnpike::stun::one_stream({data, size});
  return 0;
}
