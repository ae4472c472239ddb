// Pictures of the browser's active tab without a screen: DevTools' screencast, decoded on a thread
// of its own. Late acknowledgements keep the browser at our rate. Native pop-ups (of
// dates and colours; <select> has a list in the page) are not in these pictures.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>

#include "cobrowse/renderer/browser/browser.h"
#include "cobrowse/renderer/capture/cdp_jpeg.h"
#include "cobrowse/renderer/capture/frame_source.h"

namespace turnpike::renderer {

/// The box of rows, of full width, in which two pictures of one size differ.
media::Box changed_rows(const media::Picture& a, const media::Picture& b);

class CdpSource final : public capture::FrameSource {
 public:
  /// `max_fps` is 1 or more. The browser outlives this object.
  CdpSource(browser::Browser& browser, int max_fps);
  ~CdpSource() override;

  /// start() and stop() where the browser's functions run. Fails for a size no Picture can have.
  Result<void, std::string> start(capture::FrameSize size, capture::FrameSink& sink) override;
  void stop() override;
  void request_refresh() override;
  capture::FrameSize size() const override { return size_; }

  /// Frames of another size, or that are no JPEG.
  std::uint64_t dropped() const { return dropped_; }

 private:
  void on_frame(browser::ScreencastFrame frame);
  void run(capture::FrameSink& sink);
  void show(const browser::ScreencastFrame& frame, capture::FrameSink& sink);

  browser::Browser& browser_;
  const int max_fps_;
  capture::FrameSize size_{};
  capture::JpegToPicture decoder_;  // the thread's, as are the pictures
  media::Picture picture_, next_;
  bool has_picture_ = false;
  std::atomic<std::uint64_t> dropped_ = 0;
  std::thread thread_;

  std::mutex mutex_;
  std::condition_variable woken_;
  std::deque<browser::ScreencastFrame> frames_;  // guarded by mutex_, as is what follows
  bool is_stopping_ = false;
  bool is_refresh_wanted_ = false;
};

}  // namespace turnpike::renderer
