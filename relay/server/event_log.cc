#include "relay/server/event_log.h"

#include "base/log.h"

namespace turnpike::server {
namespace {

constexpr std::uint64_t kFailureLinesPerSecond = 20;
constexpr std::uint64_t kFailureLinesAtOnce = 200;
constexpr std::size_t kMaxToldDenials = 4096;
constexpr std::uint16_t kUnauthenticated = 401;
constexpr std::uint16_t kForbidden = 403;

}  // namespace

EventLog::EventLog(EventLogSettings settings, TrafficTotals& totals)
    : settings_(settings),
      totals_(totals),
      failure_lines_(kFailureLinesPerSecond, kFailureLinesAtOnce) {}

void EventLog::write(const turn::AllocationCreated& event, const session_log::TlsWords& tls) {
  if (settings_.redis_stats) settings_.redis_stats->add(stats_event(event, tls));
  const std::uint64_t count = allocations_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (!settings_.verbose) return;
  for (std::size_t i = 0; i < event.relayed_count; ++i) {
    LOG(kInfo, "{}", session_log::relay_address(event.relayed[i]));
  }
  LOG(kInfo, "{}", session_log::created(event, tls));
  LOG(kDebug, "{}", session_log::allocation_count(true, count));
}

void EventLog::write(const turn::AllocationRefreshed& event, const session_log::TlsWords& tls) {
  if (settings_.redis_stats) settings_.redis_stats->add(stats_event(event, tls));
  if (settings_.verbose) LOG(kInfo, "{}", session_log::refreshed(event, tls));
}

void EventLog::write(const turn::AllocationDeleted& event) {
  if (settings_.redis_stats) settings_.redis_stats->add(stats_event(event));
  totals_.add(event.realm, event.user, event.total);
  const std::uint64_t count = allocations_.fetch_sub(1, std::memory_order_relaxed) - 1;
  if (!settings_.verbose) return;
  const turn::Session session = session_log::session_of(event);
  LOG(kInfo, "{}", session_log::usage(session, event.since_report));
  LOG(kInfo, "{}", session_log::peer_usage(session, event.since_report));
  LOG(kInfo, "{}", session_log::closed(event, ""));
  LOG(kInfo, "{}", session_log::deleted(event));
  LOG(kDebug, "{}", session_log::allocation_count(false, count));
}

void EventLog::write(const turn::UsageReport& event) {
  if (settings_.redis_stats) settings_.redis_stats->add(stats_event(event));
  if (!settings_.verbose) return;
  LOG(kInfo, "{}", session_log::usage(event.session, event.since_report));
  LOG(kInfo, "{}", session_log::peer_usage(event.session, event.since_report));
}

void EventLog::write(const turn::PermissionChanged& event) {
  if (settings_.verbose) LOG(kInfo, "{}", session_log::permission(event));
}

void EventLog::write(const turn::ChannelChanged& event) {
  if (settings_.verbose) LOG(kInfo, "{}", session_log::channel(event));
}

void EventLog::stream_opened(const ClientAddress& client) {
  if (settings_.verbose) LOG(kInfo, "{}", session_log::stream_connected(client));
}

void EventLog::stream_closed(turn::SessionId session, const ClientAddress& client) {
  if (settings_.verbose) LOG(kInfo, "{}", session_log::stream_closed(session, client));
}

/// A denial that found the budget empty stays untold, so that a later one is.
bool EventLog::tells_denial(const Now& now, const turn::PeerDenied& event) {
  std::string key(event.session.user);
  key += '\n';
  key += event.own_address ? event.peer.to_string() : std::string(event.decision.range);
  const std::lock_guard lock(mutex_);
  if (told_denials_.contains(key) || !take_failure_line_locked(now)) return false;
  if (told_denials_.size() >= kMaxToldDenials) told_denials_.clear();
  told_denials_.insert(std::move(key));
  return true;
}

void EventLog::write(const Now& now, const turn::PeerDenied& event) {
  if (!tells_denial(now, event)) return;
  const std::string user = log::log_safe(event.session.user);
  if (event.own_address) {
    LOG(kWarning,
        "session {:018}: peer {} denied to user <{}>: it is an address of this relay and no "
        "allocation lives on port {}; to allow it add: own-peer-ports={}",
        event.session.id.value, event.peer.to_string(), user, event.port, event.port);
    return;
  }
  const std::string line = turn::line_that_would_allow(event.decision);
  LOG(kWarning, "session {:018}: A peer IP {} denied in the range: {}, user <{}>{}{}",
      event.session.id.value, event.peer.to_string(), event.decision.range, user,
      line.empty() ? "" : "; to allow it add: ", line);
}

bool EventLog::take_failure_line(const Now& now) {
  const std::lock_guard lock(mutex_);
  return take_failure_line_locked(now);
}

bool EventLog::take_failure_line_locked(const Now& now) {
  if (!failure_lines_.take(now.monotonic, 1)) {
    suppressed_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  const std::uint64_t swallowed = suppressed_.load(std::memory_order_relaxed) - suppressed_told_;
  if (swallowed > 0) {
    LOG(kWarning, "{} lines about refused requests were left out", swallowed);
    suppressed_told_ += swallowed;
  }
  return true;
}

void EventLog::write(const Now& now, const turn::RequestAnswered& event) {
  const bool binding = event.method == stun::Method::kBinding;
  if (event.auth == turn::AuthFailure::kRefused || event.auth == turn::AuthFailure::kWrongRealm ||
      event.auth == turn::AuthFailure::kForgedNonce) {
    if (take_failure_line(now)) LOG(kError, "{}", session_log::bad_credentials(event));
  }
  if (!settings_.verbose && !(binding && settings_.log_binding)) return;
  if (binding && !settings_.log_binding) return;
  if (event.error == kUnauthenticated && !take_failure_line(now)) return;
  if (event.error == kForbidden) LOG(kInfo, "{}", session_log::answered_method(event));
  LOG(kInfo, "{}", session_log::answered(event));
}

}  // namespace turnpike::server
