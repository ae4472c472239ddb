#include "cobrowse/session/session_timers.h"

#include <algorithm>

namespace turnpike::cobrowse {
namespace {

MonotonicTime after(MonotonicTime start, seconds time) {
  return time == seconds(0) ? kNever : start + time;
}

}  // namespace

std::string_view end_reason_word(EndReason reason) {
  switch (reason) {
    case EndReason::kOffline:
      return "offline";
    case EndReason::kInactive:
      return "inactive";
    case EndReason::kAbsolute:
      break;
  }
  return "absolute";
}

SessionTimers::SessionTimers(const TimerSettings& settings, MonotonicTime now)
    : settings_(settings), made_(now), last_input_(now), empty_since_(now) {}

void SessionTimers::on_presence(std::size_t participants, MonotonicTime now) {
  if (participants > 0) {
    empty_since_.reset();
  } else if (!empty_since_) {
    empty_since_ = now;
  }
}

void SessionTimers::on_input(MonotonicTime now) {
  last_input_ = now;
}

MonotonicTime SessionTimers::end_of(EndReason reason) const {
  switch (reason) {
    case EndReason::kOffline:
      return empty_since_ ? after(*empty_since_, settings_.offline) : kNever;
    case EndReason::kInactive:
      return after(last_input_, settings_.inactive);
    case EndReason::kAbsolute:
      break;
  }
  return after(made_, settings_.absolute);
}

std::optional<EndReason> SessionTimers::nearest() const {
  const MonotonicTime inactive = end_of(EndReason::kInactive);
  const MonotonicTime absolute = end_of(EndReason::kAbsolute);
  if (inactive == kNever && absolute == kNever) return std::nullopt;
  return inactive < absolute ? EndReason::kInactive : EndReason::kAbsolute;
}

SessionTimers::Due SessionTimers::check(MonotonicTime now) {
  Due due;
  for (const EndReason reason : {EndReason::kOffline, EndReason::kInactive, EndReason::kAbsolute}) {
    if (end_of(reason) > now) continue;
    due.ended = reason;
    return due;
  }
  const auto next = nearest();
  const bool close = next && end_of(*next) - now <= settings_.warning;
  const std::optional<EndReason> warning = close ? next : std::nullopt;
  if (warning && warning != warned_) due.warned = warning;
  if (!warning && warned_) due.relieved = true;
  warned_ = warning;
  return due;
}

MonotonicTime SessionTimers::next_deadline() const {
  MonotonicTime next = end_of(EndReason::kOffline);
  if (const auto reason = nearest()) {
    const MonotonicTime end = end_of(*reason);
    next = std::min(next, warned_ == reason ? end : end - settings_.warning);
  }
  return next;
}

}  // namespace turnpike::cobrowse
