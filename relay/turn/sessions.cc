// The sessions as an operator sees them: listed and ended by their number.
#include "credentials/core/timed_name.h"
#include "relay/turn/server_impl.h"

namespace turnpike::turn {
namespace {

bool fits(const Allocation& allocation, const SessionFilter& filter, char separator) {
  if (filter.user.empty() && filter.session.empty()) return true;
  const auto name = credentials::parse_timed_name(allocation.user, separator);
  const std::string_view user = name ? name->user : std::string_view(allocation.user);
  const bool user_fits =
      filter.user.empty() || allocation.user == filter.user || user == filter.user;
  const bool session_fits =
      filter.session.empty() || user.substr(0, user.find(separator)) == filter.session;
  return user_fits && session_fits;
}

SessionInfo describe(const Allocation& allocation, MonotonicTime now) {
  SessionInfo info{.id = allocation.session,
                   .user = allocation.user,
                   .realm = allocation.realm,
                   .client = allocation.client,
                   .relayed = {},
                   .expires_in = std::chrono::ceil<seconds>(allocation.expires - now),
                   .usage = allocation.total};
  for (const RelaySide& side : allocation.sides) {
    if (side.state == RelaySide::State::kOpen) info.relayed.push_back(side.advertised);
  }
  return info;
}

}  // namespace

std::vector<SessionInfo> Server::Impl::sessions(MonotonicTime now, const SessionFilter& filter) {
  std::vector<SessionInfo> found;
  allocations_.for_each([&](const Allocation& allocation) {
    const bool wanted = found.size() < filter.limit && allocation.live(now) &&
                        fits(allocation, filter, policy_->authenticator.separator());
    if (wanted) found.push_back(describe(allocation, now));
  });
  return found;
}

bool Server::Impl::close_session(SessionId id, CloseReason reason) {
  enter();
  Allocation* found = nullptr;
  allocations_.for_each([&](Allocation& allocation) {
    if (allocation.session == id && !allocation.opening()) found = &allocation;
  });
  if (found == nullptr) return false;
  delete_allocation(*found, reason);
  return true;
}

}  // namespace turnpike::turn
