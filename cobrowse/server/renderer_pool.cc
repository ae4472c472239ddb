#include "cobrowse/server/renderer_pool.h"

#include <algorithm>
#include <utility>

namespace turnpike::cobrowse {
namespace {

constexpr unsigned kMaxDoublings = 16;

}  // namespace

bool RendererPool::wants_one(MonotonicTime now) const {
  return members_.size() < settings_.size && now >= not_before_ &&
         std::ranges::all_of(members_, &Member::is_ready);
}

void RendererPool::add(RendererId renderer, MonotonicTime now) {
  members_.push_back({.renderer = std::move(renderer), .started = now});
}

void RendererPool::on_ready(std::string_view name) {
  const auto found = place_of(name);
  if (found == members_.end()) return;
  found->is_ready = true;
  failures_ = 0;
}

bool RendererPool::on_ended(std::string_view name, MonotonicTime now) {
  const auto found = place_of(name);
  if (found == members_.end()) return false;
  members_.erase(found);
  on_not_started(now);
  return true;
}

/// 1, 2, 4, … seconds.
void RendererPool::on_not_started(MonotonicTime now) {
  const seconds pause{std::int64_t{1} << std::min(failures_, kMaxDoublings)};
  not_before_ = std::max(not_before_, now + std::min(pause, settings_.longest_pause));
  ++failures_;
}

std::optional<RendererId> RendererPool::take(MonotonicTime now) {
  if (members_.empty()) return std::nullopt;
  auto best = std::ranges::find(members_, true, &Member::is_ready);
  if (best == members_.end()) best = members_.begin();
  RendererId renderer = std::move(best->renderer);
  members_.erase(best);
  not_before_ = std::max(not_before_, now + settings_.settle);
  return renderer;
}

std::vector<std::string> RendererPool::take_overdue(MonotonicTime now) {
  std::vector<std::string> overdue;
  for (const Member& one : members_) {
    if (!one.is_ready && now - one.started >= settings_.start_within) {
      overdue.push_back(one.renderer.name);
    }
  }
  for (const std::string& name : overdue) on_ended(name, now);
  std::erase_if(members_, [&](const Member& one) {
    if (now - one.started < settings_.longest_wait) return false;
    overdue.push_back(one.renderer.name);
    return true;
  });
  return overdue;
}

std::optional<std::string> RendererPool::give_up(MonotonicTime now) {
  if (members_.empty()) return std::nullopt;
  const std::string name = members_.back().renderer.name;
  members_.pop_back();
  not_before_ = std::max(not_before_, now + settings_.longest_pause);
  return name;
}

const RendererId* RendererPool::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(members_, [&](const Member& one) { return one.renderer.name == name; });
  return found == members_.end() ? nullptr : &found->renderer;
}

std::vector<RendererId> RendererPool::all() const {
  std::vector<RendererId> renderers;
  for (const Member& one : members_) renderers.push_back(one.renderer);
  return renderers;
}

std::size_t RendererPool::ready() const {
  return static_cast<std::size_t>(std::ranges::count(members_, true, &Member::is_ready));
}

std::vector<RendererPool::Member>::iterator RendererPool::place_of(std::string_view name) {
  return std::ranges::find_if(members_,
                              [&](const Member& one) { return one.renderer.name == name; });
}

}  // namespace turnpike::cobrowse
