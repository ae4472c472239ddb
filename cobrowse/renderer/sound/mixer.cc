#include "cobrowse/renderer/sound/mixer.h"

#include <algorithm>
#include <limits>

namespace turnpike::sound {
namespace {

using Limits = std::numeric_limits<std::int16_t>;

void add_to(std::int16_t& out, std::int16_t sample) {
  out = static_cast<std::int16_t>(std::clamp(out + sample, int{Limits::min()}, int{Limits::max()}));
}

}  // namespace

void Mixer::feed(int stream, std::span<const std::int16_t> samples) {
  if (const auto found = streams_.find(stream);
      found != streams_.end() && found->second.has_ended) {
    auto rest = streams_.extract(found);
    rest.key() = --last_rest_;
    streams_.insert(std::move(rest));
  }
  std::deque<std::int16_t>& queue = streams_[stream].samples;
  for (std::size_t i = 0; i + 1 < samples.size(); i += kChannels) {
    queue.push_back(static_cast<std::int16_t>((samples[i] + samples[i + 1]) / 2));
  }
  if (queue.size() <= kMostQueued) return;
  queue.erase(queue.begin(), queue.end() - static_cast<std::ptrdiff_t>(kMostQueued));
}

void Mixer::finish(int stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  found->second.has_ended = true;
  if (found->second.samples.empty()) streams_.erase(found);
}

bool Mixer::Stream::is_ready() const {
  return samples.size() >= (is_playing || has_ended ? 1 : kCushion);
}

bool Mixer::is_idle() const {
  return std::ranges::none_of(streams_, [](const auto& entry) { return entry.second.is_ready(); });
}

Block Mixer::next() {
  Block out{};
  for (auto& [id, stream] : streams_) {
    stream.is_playing = stream.is_ready();
    if (!stream.is_playing) continue;
    const std::size_t count = std::min(kBlock, stream.samples.size());
    for (std::size_t i = 0; i < count; ++i) add_to(out[i], stream.samples[i]);
    stream.samples.erase(stream.samples.begin(),
                         stream.samples.begin() + static_cast<std::ptrdiff_t>(count));
    if (count < kBlock) stream.is_playing = false;
  }
  std::erase_if(streams_, [](const auto& entry) {
    return entry.second.has_ended && entry.second.samples.empty();
  });
  return out;
}

}  // namespace turnpike::sound
