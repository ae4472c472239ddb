// The thread that makes frames of pictures: takes what a source delivers, encodes when the schedule
// says so, and hands frames on. One for each session, whatever the number of viewers.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "cobrowse/renderer/capture/frame_source.h"
#include "cobrowse/renderer/media/encode_schedule.h"
#include "cobrowse/renderer/media/vp8_encoder.h"
#include "cobrowse/renderer/rtc/encoded_frame.h"

namespace turnpike::renderer {

using FramePtr = std::shared_ptr<const rtc::EncodedFrame>;

struct EncodeLoopEvents {
  std::function<void(FramePtr)> on_frame;             // on this loop's thread
  std::function<void(std::string)> on_source_lost{};  // on the source's
};

class EncodeLoop final : public capture::FrameSink {
 public:
  static Result<std::unique_ptr<EncodeLoop>, std::string> start(
      const media::Vp8Settings& encoder, const media::ScheduleSettings& schedule,
      EncodeLoopEvents events);
  /// The source has been stopped before.
  ~EncodeLoop() override;
  EncodeLoop(const EncodeLoop&) = delete;
  EncodeLoop& operator=(const EncodeLoop&) = delete;

  // Any thread.
  void set_viewers(std::size_t viewers);
  void request_key_frame();
  /// Frames get fewer with it: better some that can be read.
  void set_bitrate(int kbps) { wanted_kbps_ = kbps; }
  /// What was made last has not left yet; nothing new before that.
  void hold_until(MonotonicTime time);
  /// Hands the picture as it is now to another one, if there is one.
  void show_latest(capture::FrameSink& sink);
  std::uint64_t frames() const { return frames_; }
  std::uint64_t bytes() const { return bytes_; }

  void on_picture(const media::Picture& picture, const media::Box& changed,
                  MonotonicTime captured) override;
  void on_lost(std::string_view text) override;

 private:
  EncodeLoop(media::Vp8Encoder encoder, const media::ScheduleSettings& schedule,
             EncodeLoopEvents events);
  void run();
  void encode(const media::EncodeOrder& order, MonotonicTime captured);
  void spend(std::size_t bytes);

  const EncodeLoopEvents events_;
  const int max_fps_;
  std::atomic<int> wanted_kbps_ = 0;
  std::atomic<std::uint64_t> frames_ = 0, bytes_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  media::EncodeSchedule schedule_;  // guarded by mutex_, as are the next three
  media::Picture latest_;
  media::Box changed_{};
  MonotonicTime captured_{};
  bool stopping_ = false;
  // The thread's own.
  media::Vp8Encoder encoder_;
  media::Picture picture_;
  MonotonicTime last_captured_{};
  MonotonicTime paid_until_{};  // what was made so far is the bitrate's share until then
  std::thread thread_;
};

}  // namespace turnpike::renderer
