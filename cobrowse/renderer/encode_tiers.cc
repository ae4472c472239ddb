#include "cobrowse/renderer/encode_tiers.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"

namespace turnpike::renderer {
namespace {

// As much may wait at the viewers when the next picture is taken: it keeps the line busy.
constexpr Duration kGoodBacklog = milliseconds(100);
// Of what a line carries; the rest is for headers and what is sent again.
constexpr double kShareOfMedia = 0.9;
constexpr Duration kLongestHold = seconds(1);  // a dead line does not stop the others

struct TierLoad {
  std::size_t viewers = 0;  // that play
  std::vector<std::uint64_t> targets_bps{};
  std::vector<Duration> backlogs{};
};

TierLoad load_of(std::span<const ViewerLoad> viewers, media::Tier tier) {
  TierLoad load;
  for (const ViewerLoad& viewer : viewers) {
    // Nobody else can see a frame, or could use the key frame that a new one gets.
    if (viewer.tier != tier || !viewer.is_playing) continue;
    ++load.viewers;
    load.targets_bps.push_back(viewer.target_bps);
    load.backlogs.push_back(viewer.backlog);
  }
  return load;
}

int kbps_for(std::uint64_t target_bps) {
  return static_cast<int>(static_cast<double>(target_bps) * kShareOfMedia / 1000);
}

void slow_down(EncodeLoop& loop, Duration backlog, MonotonicTime now) {
  if (backlog > kGoodBacklog) {
    loop.hold_until(now + std::min(backlog - kGoodBacklog, kLongestHold));
  }
}

}  // namespace

EncodeTiers::EncodeTiers(const media::Vp8Settings& encoder, const media::ScheduleSettings& schedule,
                         EncodeTiersEvents events)
    : encoder_(encoder), schedule_(schedule), events_(std::move(events)) {}

EncodeTiers::~EncodeTiers() = default;

Result<std::unique_ptr<EncodeTiers>, std::string> EncodeTiers::start(
    const media::Vp8Settings& encoder, const media::ScheduleSettings& schedule,
    EncodeTiersEvents events) {
  std::unique_ptr<EncodeTiers> tiers(new EncodeTiers(encoder, schedule, std::move(events)));
  auto main = tiers->make(media::Tier::kMain);
  if (!main) return fail(main.error());
  tiers->main_ = *std::move(main);
  return tiers;
}

Result<std::unique_ptr<EncodeLoop>, std::string> EncodeTiers::make(media::Tier tier) {
  return EncodeLoop::start(
      encoder_, schedule_,
      {.on_frame = [this, tier](FramePtr frame) { events_.on_frame(tier, std::move(frame)); },
       .on_source_lost = events_.on_source_lost});
}

void EncodeTiers::open_slow() {
  auto made = make(media::Tier::kSlow);
  if (!made) {
    LOG(kError, "encoder for slow lines: {}", made.error());
    return;
  }
  const std::lock_guard lock(mutex_);
  slow_ = *std::move(made);
  main_->show_latest(*slow_);
}

void EncodeTiers::close_slow() {
  if (!slow_) return;
  std::unique_ptr<EncodeLoop> gone;
  {
    const std::lock_guard lock(mutex_);
    gone = std::move(slow_);
  }
}

void EncodeTiers::set_load(std::span<const ViewerLoad> viewers, MonotonicTime now) {
  TierLoad main = load_of(viewers, media::Tier::kMain);
  const TierLoad slow = load_of(viewers, media::Tier::kSlow);
  main_->set_viewers(main.viewers);
  if (!main.targets_bps.empty()) {
    const auto middle =
        main.targets_bps.begin() + static_cast<std::ptrdiff_t>((main.targets_bps.size() - 1) / 2);
    std::ranges::nth_element(main.targets_bps, middle);
    main_->set_bitrate(kbps_for(*middle));
    slow_down(*main_, std::ranges::min(main.backlogs), now);
  }
  if (slow.viewers == 0) return close_slow();
  if (!slow_) open_slow();
  if (!slow_) return;
  if (!slow.targets_bps.empty()) {
    slow_->set_bitrate(kbps_for(std::ranges::min(slow.targets_bps)));
    slow_down(*slow_, std::ranges::max(slow.backlogs), now);
  }
  slow_->set_viewers(slow.viewers);
}

void EncodeTiers::request_key_frame(media::Tier tier) {
  if (tier == media::Tier::kMain) {
    main_->request_key_frame();
  } else if (slow_) {
    slow_->request_key_frame();
  }
}

void EncodeTiers::on_picture(const media::Picture& picture, const media::Box& changed,
                             MonotonicTime captured) {
  const std::lock_guard lock(mutex_);
  main_->on_picture(picture, changed, captured);
  if (slow_) slow_->on_picture(picture, changed, captured);
}

void EncodeTiers::on_lost(std::string_view text) {
  main_->on_lost(text);
}

}  // namespace turnpike::renderer
