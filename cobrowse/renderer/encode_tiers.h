// The encodes of a session: one for all viewers and, while somebody has a line far below the
// others', a second one at his rate. What a source delivers goes to both.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "base/result.h"
#include "cobrowse/renderer/encode_loop.h"
#include "cobrowse/renderer/media/tier_choice.h"

namespace turnpike::renderer {

struct EncodeTiersEvents {
  std::function<void(media::Tier, FramePtr)> on_frame;  // on an encoder's thread
  std::function<void(std::string)> on_source_lost{};    // on the source's
};

/// What one viewer's line allows.
struct ViewerLoad {
  media::Tier tier = media::Tier::kMain;
  bool is_playing = false;  // else he costs nothing
  std::uint64_t target_bps = 0;
  Duration backlog{};
};

class EncodeTiers final : public capture::FrameSink {
 public:
  static Result<std::unique_ptr<EncodeTiers>, std::string> start(
      const media::Vp8Settings& encoder, const media::ScheduleSettings& schedule,
      EncodeTiersEvents events);
  /// The source has been stopped before.
  ~EncodeTiers() override;
  EncodeTiers(const EncodeTiers&) = delete;
  EncodeTiers& operator=(const EncodeTiers&) = delete;

  // One thread, the session's.
  /// All viewers there are. The main encode suits most of its viewers: who cannot gets fewer
  /// frames. The slow one suits the slowest, and is there while it has any.
  void set_load(std::span<const ViewerLoad> viewers, MonotonicTime now);
  void request_key_frame(media::Tier tier);
  bool has_slow() const { return slow_ != nullptr; }
  std::uint64_t frames() const { return main_->frames(); }  // of the main one
  std::uint64_t bytes() const { return main_->bytes(); }

  void on_picture(const media::Picture& picture, const media::Box& changed,
                  MonotonicTime captured) override;
  void on_lost(std::string_view text) override;

 private:
  EncodeTiers(const media::Vp8Settings& encoder, const media::ScheduleSettings& schedule,
              EncodeTiersEvents events);
  Result<std::unique_ptr<EncodeLoop>, std::string> make(media::Tier tier);
  void open_slow();
  void close_slow();

  const media::Vp8Settings encoder_;
  const media::ScheduleSettings schedule_;
  const EncodeTiersEvents events_;
  std::unique_ptr<EncodeLoop> main_;
  std::mutex mutex_;                  // guards what slow_ points to against the source's thread
  std::unique_ptr<EncodeLoop> slow_;  // changed on the session's thread alone
};

}  // namespace turnpike::renderer
