// Pictures without a screen, for tests of what comes behind: grey, with a block that moves and
// with the frame's number where a viewer's page can read it after the codec.
//
// The number has 16 bits, in kNumberSquares squares of kSquareSide x kSquareSide pixels in one row
// from the top left corner, the most significant bit first: white (luma 235) is 1, black (16) is
// 0. Read luma in the middle of each square, at ((n + 1/2) * 32, 16), and compare with 128. Below
// lies the block, white, 64 x 64 at x = 8 * number modulo (width - 64), y = 96.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "cobrowse/renderer/capture/frame_source.h"

namespace turnpike::capture {

inline constexpr int kNumberSquares = 16;
inline constexpr int kSquareSide = 32;
inline constexpr FrameSize kSmallestTestPicture{.width = kNumberSquares * kSquareSide,
                                                .height = 192};

/// Draws frame `number` over frame `number` - 1, or over anything where `whole`; what was written.
media::Box draw_test_frame(media::Picture& picture, std::uint16_t number, bool whole);
/// The number in the squares; a damaged picture gives a wrong one.
std::uint16_t read_test_frame(const media::Picture& picture);

class TestSource final : public FrameSource {
 public:
  /// `fps` 1…1000 frames a second; 0: only at step().
  explicit TestSource(int fps);
  ~TestSource() override;

  /// Fails for less than kSmallestTestPicture. Frame 0 is delivered at once.
  Result<void, std::string> start(FrameSize size, FrameSink& sink) override;
  void stop() override;
  void request_refresh() override;
  FrameSize size() const override { return size_; }

  /// The next frame comes soon; two steps before that are two frames. From any thread.
  void step();

 private:
  void run(FrameSink& sink);
  /// Waits; false: stop.
  bool wait_for_work(MonotonicTime next);

  const int fps_;
  FrameSize size_{};
  media::Picture picture_;
  std::thread thread_;

  std::mutex mutex_;
  std::condition_variable woken_;
  bool is_stopping_ = false;
  bool is_refresh_wanted_ = false;
  int steps_ = 0;
};

}  // namespace turnpike::capture
