#include "cobrowse/renderer/capture/test_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "cobrowse/renderer/capture/monotonic_clock.h"

namespace turnpike::capture {
namespace {

constexpr std::uint8_t kWhite = 235;
constexpr std::uint8_t kBlack = 16;
constexpr std::uint8_t kGrey = 110;
constexpr int kBlockSide = 64;
constexpr int kBlockTop = 96;
constexpr int kBlockStep = 8;

void fill_luma(media::Picture& picture, const media::Box& box, std::uint8_t luma) {
  for (int row = 0; row < box.height; ++row) {
    std::fill_n(picture.luma(box.x, box.y + row), box.width, luma);
  }
}

media::Box block_of(const media::Picture& picture, std::uint16_t number) {
  const int x = kBlockStep * number % (picture.width() - kBlockSide);
  return {.x = x, .y = kBlockTop, .width = kBlockSide, .height = kBlockSide};
}

}  // namespace

media::Box draw_test_frame(media::Picture& picture, std::uint16_t number, bool whole) {
  if (whole) {
    picture.fill(kGrey, 128, 128);
  } else {
    fill_luma(picture, block_of(picture, static_cast<std::uint16_t>(number - 1)), kGrey);
  }
  fill_luma(picture, block_of(picture, number), kWhite);
  for (int square = 0; square < kNumberSquares; ++square) {
    const bool bit = ((number >> (kNumberSquares - 1 - square)) & 1) != 0;
    fill_luma(picture,
              {.x = square * kSquareSide, .y = 0, .width = kSquareSide, .height = kSquareSide},
              bit ? kWhite : kBlack);
  }
  if (whole) return picture.whole();
  return {.x = 0, .y = 0, .width = picture.width(), .height = kBlockTop + kBlockSide};
}

std::uint16_t read_test_frame(const media::Picture& picture) {
  std::uint16_t number = 0;
  for (int square = 0; square < kNumberSquares; ++square) {
    const int middle = square * kSquareSide + kSquareSide / 2;
    const bool bit = *picture.luma(middle, kSquareSide / 2) > 128;
    number = static_cast<std::uint16_t>(number << 1 | (bit ? 1 : 0));
  }
  return number;
}

TestSource::TestSource(int fps) : fps_(fps) {
  CHECK(fps >= 0 && fps <= 1000);
}

TestSource::~TestSource() {
  stop();
}

Result<void, std::string> TestSource::start(FrameSize size, FrameSink& sink) {
  if (!media::Picture::is_good_size(size.width, size.height) ||
      size.width < kSmallestTestPicture.width || size.height < kSmallestTestPicture.height) {
    return fail(fmt::format("a test picture of {}x{}: use even numbers, {}x{} or more", size.width,
                            size.height, kSmallestTestPicture.width, kSmallestTestPicture.height));
  }
  stop();
  size_ = size;
  picture_.resize(size.width, size.height);
  is_stopping_ = false;
  is_refresh_wanted_ = false;
  steps_ = 0;
  thread_ = std::thread([this, &sink] { run(sink); });
  return {};
}

void TestSource::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  woken_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void TestSource::request_refresh() {
  const std::lock_guard lock(mutex_);
  is_refresh_wanted_ = true;
  woken_.notify_all();
}

void TestSource::step() {
  const std::lock_guard lock(mutex_);
  ++steps_;
  woken_.notify_all();
}

bool TestSource::wait_for_work(MonotonicTime next) {
  std::unique_lock lock(mutex_);
  const auto is_woken = [this] { return is_stopping_ || is_refresh_wanted_ || steps_ > 0; };
  if (next == kNever) {
    woken_.wait(lock, is_woken);
  } else {
    woken_.wait_until(lock, std::chrono::steady_clock::time_point(next.time_since_epoch()),
                      is_woken);
  }
  return !is_stopping_;
}

void TestSource::run(FrameSink& sink) {
  const Duration gap = fps_ > 0 ? Duration(seconds(1)) / fps_ : Duration::zero();
  std::uint16_t number = 0;
  MonotonicTime now = monotonic_now();
  MonotonicTime next = fps_ > 0 ? now + gap : kNever;
  sink.on_picture(picture_, draw_test_frame(picture_, number, true), now);
  while (wait_for_work(next)) {
    now = monotonic_now();
    bool is_refresh = false;
    bool is_step = next <= now;
    {
      const std::lock_guard lock(mutex_);
      is_refresh = std::exchange(is_refresh_wanted_, false);
      if (!is_step && steps_ > 0) {
        --steps_;
        is_step = true;
      }
    }
    if (next <= now) next = std::max(next + gap, now);
    if (is_step) ++number;
    if (is_step || is_refresh) {
      sink.on_picture(picture_, draw_test_frame(picture_, number, is_refresh), now);
    }
  }
}

}  // namespace turnpike::capture
