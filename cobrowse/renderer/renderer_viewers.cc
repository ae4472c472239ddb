// Who watches: a WebRTC peer each, and what all of them together ask of the encoders.
#include <algorithm>
#include <boost/json/array.hpp>

#include "base/log.h"
#include "cobrowse/renderer/renderer.h"

namespace turnpike::renderer {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxViewers = 32;
constexpr std::uint64_t kMin_bps = 50'000;

}  // namespace

void Renderer::add_viewer(ViewerId id, const Object& message) {
  const json::value* const servers = message.if_contains("ice_servers");
  if (servers == nullptr || !servers->is_array()) return;
  drop_viewer(id);
  if (viewers_.size() >= kMaxViewers) return;
  const std::uint64_t serial = viewers_[id].serial = ++last_serial_;
  names_->resolve(parse_ice_servers(servers->get_array()),
                  [this, id, serial, alive = alive_](std::vector<ice::RelayServer> relays) {
                    loop_.post([this, id, serial, alive, relays = std::move(relays)] {
                      if (*alive && is_current(id, serial)) make_viewer(id, relays);
                    });
                  });
}

bool Renderer::is_current(ViewerId id, std::uint64_t serial) const {
  const auto found = viewers_.find(id);
  return found != viewers_.end() && found->second.serial == serial;
}

void Renderer::make_viewer(ViewerId id, const std::vector<ice::RelayServer>& servers) {
  const std::uint64_t serial = viewers_[id].serial;
  const auto max_bps = static_cast<std::uint64_t>(orders_.max_kbps) * 1000;
  const rtc::RateBounds rates{
      .min_bps = kMin_bps, .start_bps = std::min(kStart_bps, max_bps), .max_bps = max_bps};
  auto viewer = peer::Viewer::make(
      loop_, servers, *identity_, {.rates = rates, .sound = sound_ != nullptr}, rng_,
      {.on_offer =
           [this, id](const std::string& sdp) {
             send({{"t", "offer"}, {"viewer", id}, {"sdp", sdp}});
           },
       .on_candidate =
           [this, id](const std::string& line) {
             send({{"t", "candidate"}, {"viewer", id}, {"candidate", line}});
           },
       .on_connected =
           [this, id](const ice::SelectedPair& pair) {
             send({{"t", "connected"},
                   {"viewer", id},
                   {"local", pair.local},
                   {"remote", pair.remote},
                   {"protocol", pair.tcp ? "tcp" : "udp"}});
             set_load();
           },
       .on_lost =
           [this, id, serial](const std::string& why) {
             // Not from within one of its own calls.
             loop_.post([this, id, serial, why, alive = alive_] {
               if (*alive && is_current(id, serial)) lose_viewer(id, why);
             });
           },
       .on_key_frame_wanted = [this,
                               id] { encoder_->request_key_frame(viewers_[id].choice.tier()); }});
  if (!viewer) return lose_viewer(id, viewer.error());
  viewers_[id].viewer = *std::move(viewer);
}

void Renderer::lose_viewer(ViewerId id, const std::string& why) {
  if (!viewers_.contains(id)) return;
  LOG(kInfo, "renderer {}: viewer {}: {}", orders_.renderer, id, why);
  drop_viewer(id);
  send({{"t", "lost"}, {"viewer", id}, {"text", why}});
}

void Renderer::drop_viewer(ViewerId id) {
  viewers_.erase(id);
  set_load();
}

void Renderer::on_frame(media::Tier tier, const FramePtr& frame) {
  for (auto& [id, entry] : viewers_) {
    if (entry.viewer && entry.choice.tier() == tier) entry.viewer->on_frame(*frame);
  }
  choose_tiers();
  set_load();
}

void Renderer::choose_tiers() {
  std::uint64_t best = 1;
  for (const auto& [id, entry] : viewers_) {
    if (entry.is_playing()) best = std::max(best, entry.viewer->target_bps());
  }
  for (auto& [id, entry] : viewers_) {
    const media::Tier before = entry.choice.tier();
    if (!entry.is_playing() ||
        entry.choice.update(entry.viewer->target_bps(), best, now()) == before) {
      continue;
    }
    LOG(kInfo, "renderer {}: viewer {} gets the picture of {} lines", orders_.renderer, id,
        before == media::Tier::kMain ? "slow" : "most");
    entry.viewer->on_other_source();
  }
}

void Renderer::set_load() {
  std::vector<ViewerLoad> loads;
  for (const auto& [id, entry] : viewers_) {
    ViewerLoad& load = loads.emplace_back(ViewerLoad{.tier = entry.choice.tier()});
    if (!entry.is_playing()) continue;
    load.is_playing = true;
    load.target_bps = entry.viewer->target_bps();
    load.backlog = entry.viewer->backlog();
  }
  encoder_->set_load(loads, now());
  if (sound_) sound_->set_wanted(!viewers_.empty());
}

}  // namespace turnpike::renderer
