// Pictures of an X screen. The server says what has been drawn (DAMAGE), and only the box around
// that is read and converted; a screen that rests costs nothing. The pointer is not in the picture.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "cobrowse/renderer/capture/file_handle.h"
#include "cobrowse/renderer/capture/frame_source.h"
#include "cobrowse/renderer/capture/xvfb_server.h"

namespace turnpike::capture {

struct X11Settings {
  X11Place place{};
  int max_fps = 30;                       // 1 or more
  Duration coalescing = milliseconds(2);  // from the first thing drawn to reading it
};

class X11Source final : public FrameSource {
 public:
  explicit X11Source(const X11Settings& settings);
  ~X11Source() override;

  /// Connects. The picture is the top left part of the screen. The first one comes at once.
  Result<void, std::string> start(FrameSize size, FrameSink& sink) override;
  void stop() override;
  void request_refresh() override;
  FrameSize size() const override { return size_; }

 private:
  class Screen;

  void run(FrameSink& sink);
  void wake();
  /// Until the server has something, wake(), or `due`.
  void wait(MonotonicTime due);

  const X11Settings settings_;
  FrameSize size_{};
  media::Picture picture_;
  std::unique_ptr<Screen> screen_;  // used by the thread, while there is one
  FileHandle wakeup_;               // eventfd
  std::atomic<bool> is_stopping_ = false;
  std::atomic<bool> is_refresh_wanted_ = false;
  std::thread thread_;
};

}  // namespace turnpike::capture
