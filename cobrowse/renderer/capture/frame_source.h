// Where pictures come from: a screen, a browser's screencast, or a pattern. A source keeps one
// picture and writes into it what has changed; nothing changed, nothing is delivered.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "cobrowse/renderer/media/box.h"
#include "cobrowse/renderer/media/picture.h"

namespace turnpike::capture {

/// In pixels; good for media::Picture.
struct FrameSize {
  int width = 0;
  int height = 0;
  friend bool operator==(const FrameSize&, const FrameSize&) = default;
};

/// Called on the source's thread, one call at a time, and never after stop() has returned.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  /// The picture as it is now and the box of it that has been written since the call before; the
  /// first one is the whole picture. Good for this call only: copy what is to stay, and be quick.
  virtual void on_picture(const media::Picture& picture, const media::Box& changed,
                          MonotonicTime captured) = 0;
  /// The source is gone for good, for example because its screen has died. Called once; stop()
  /// is still to be called, from another thread.
  virtual void on_lost(std::string_view text) = 0;
};

class FrameSource {
 public:
  virtual ~FrameSource() = default;
  /// Delivers to `sink` from now on, until stop(). To change the size, stop and start. Fails with
  /// a text; then nothing has been started.
  virtual Result<void, std::string> start(FrameSize size, FrameSink& sink) = 0;
  /// Waits for a call that is under way, so not from within the sink. More than once is fine.
  virtual void stop() = 0;
  /// The whole picture is delivered soon, changed or not. From any thread.
  virtual void request_refresh() = 0;
  /// What start() was given.
  virtual FrameSize size() const = 0;
};

}  // namespace turnpike::capture
