#include "cobrowse/renderer/sound/sound_loop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <span>
#include <utility>

namespace turnpike::sound {
namespace {

constexpr Duration kBlockTime = milliseconds(20);
constexpr Duration kMostLate = milliseconds(200);  // then what is missed is left out
// Of one block's time: whatever the browser sends, no more is read.
constexpr int kMaxChunks = 16;  // of one stream
constexpr int kMaxNew = 4;      // streams

MonotonicTime now() {
  return MonotonicTime(std::chrono::steady_clock::now().time_since_epoch());
}

/// The next multiple of 20 ms, so that times are whole numbers of blocks.
MonotonicTime next_block(MonotonicTime time) {
  const auto blocks = time.time_since_epoch() / kBlockTime + 1;
  return MonotonicTime(blocks * kBlockTime);
}

}  // namespace

Result<std::unique_ptr<SoundLoop>, std::string> SoundLoop::start(
    const SoundCardSettings& settings, std::function<void(SoundPtr)> on_sound) {
  auto card = SoundCard::make(settings);
  if (!card) return fail(card.error());
  auto encoder = SoundEncoder::create();
  if (!encoder) return fail(encoder.error());
  const int wake = ::eventfd(0, EFD_CLOEXEC);
  if (wake < 0) return fail(std::string("sound: no event can be made"));
  std::unique_ptr<SoundLoop> loop(
      new SoundLoop(*std::move(card), *std::move(encoder), wake, std::move(on_sound)));
  loop->thread_ = std::thread([raw = loop.get()] { raw->run(); });
  return loop;
}

SoundLoop::SoundLoop(SoundCard card, SoundEncoder encoder, int wake,
                     std::function<void(SoundPtr)> on_sound)
    : card_(std::move(card)),
      encoder_(std::move(encoder)),
      wake_(wake),
      on_sound_(std::move(on_sound)) {}

SoundLoop::~SoundLoop() {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(wake_, &one, sizeof one));
  if (thread_.joinable()) thread_.join();
  for (const int stream : streams_) ::close(stream);
  ::close(wake_);
}

void SoundLoop::run() {
  while (wait()) {
    // Those that have gone make room for new ones.
    for (const int stream : std::vector(streams_.begin(), streams_.end())) receive(stream);
    for (int i = 0; i < kMaxNew && has_room(); ++i) accept_stream();
    if (is_ticking_) {
      tick();
    } else {
      is_ticking_ = true;
      due_ = next_block(now());
    }
  }
}

/// Until the next block; where there is none, until something comes. False: the end.
bool SoundLoop::wait() {
  std::vector<pollfd> fds = {{wake_, POLLIN, 0}};
  if (!is_ticking_) {
    if (has_room()) fds.push_back({card_.socket(), POLLIN, 0});
    for (const int stream : streams_) fds.push_back({stream, POLLIN, 0});
    ::poll(fds.data(), fds.size(), -1);
    return fds[0].revents == 0;
  }
  const auto left = std::chrono::ceil<milliseconds>(std::max(due_ - now(), Duration(0)));
  ::poll(fds.data(), fds.size(), static_cast<int>(left.count()));
  return fds[0].revents == 0;
}

void SoundLoop::accept_stream() {
  const int stream = ::accept4(card_.socket(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (stream >= 0) streams_.insert(stream);
}

void SoundLoop::receive(int stream) {
  std::array<std::int16_t, kMaxChunkBytes / 2> samples;
  for (int i = 0; i < kMaxChunks; ++i) {
    const ssize_t got = ::recv(stream, samples.data(), sizeof samples, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      mixer_.finish(stream);
      streams_.erase(stream);
      ::close(stream);
      return;
    }
    mixer_.feed(stream, std::span(samples).first(static_cast<std::size_t>(got) / 2));
  }
}

void SoundLoop::tick() {
  if (now() - due_ > kMostLate) due_ = next_block(now()) - kBlockTime;
  const Block block = mixer_.next();
  const MonotonicTime captured = due_;
  due_ += kBlockTime;
  const bool is_wanted = is_wanted_;
  auto data = is_wanted ? encoder_.encode(block) : std::nullopt;
  is_ticking_ = !mixer_.is_idle() || (is_wanted && !encoder_.is_resting());
  const bool is_first = std::exchange(was_silent_, !data);
  if (!data) return;
  on_sound_(std::make_shared<const rtc::EncodedSound>(
      rtc::EncodedSound{.data = *std::move(data), .captured = captured, .is_first = is_first}));
}

}  // namespace turnpike::sound
