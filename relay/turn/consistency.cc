// What must hold between the tables at every moment; for tests, the simulator and fuzzers.
#include <algorithm>

#include "relay/turn/server_impl.h"

namespace turnpike::turn {
namespace {

using State = RelaySide::State;

bool any_in(const Allocation& allocation, State state) {
  return std::any_of(allocation.sides.begin(), allocation.sides.end(),
                     [&](const RelaySide& side) { return side.state == state; });
}

bool sides_fit(const Allocation& allocation) {
  if (allocation.opening() != any_in(allocation, State::kOpening)) return false;
  if (!allocation.opening() && !any_in(allocation, State::kOpen)) return false;
  const auto& [first, second] = allocation.sides;
  const bool both = first.state == State::kOpen && second.state == State::kOpen;
  return !both || (first.family != second.family && first.socket != second.socket);
}

bool has_family(const Allocation& allocation, const IpAddress& ip) {
  return allocation.open_side(ip.family()) != nullptr;
}

bool tables_fit(const Allocation& allocation) {
  const PermissionTable& permissions = allocation.permissions;
  const ChannelTable& channels = allocation.channels;
  if (allocation.opening() && permissions.size() + channels.size() > 0) return false;
  return permissions.check_consistent() && channels.check_consistent() &&
         std::all_of(permissions.all().begin(), permissions.all().end(),
                     [&](const Permission& p) { return has_family(allocation, p.peer); }) &&
         std::all_of(channels.all().begin(), channels.all().end(),
                     [&](const Channel& c) { return has_family(allocation, c.peer.value.ip); });
}

}  // namespace

bool Server::Impl::check_consistent() {
  std::size_t live = 0;
  bool consistent = allocations_.check_consistent() && deadlines_.check_consistent() &&
                    due_report_count_ <= due_reports_.size();
  allocations_.for_each([&](const Allocation& allocation) {
    const bool timed = deadlines_.contains(allocation.self);
    if (timed) ++live;
    consistent =
        consistent && sides_fit(allocation) && tables_fit(allocation) &&
        timed == !allocation.opening() &&
        (!timed || deadlines_.deadline_of(allocation.self) <= earliest_deadline(allocation)) &&
        allocation.total.sent_packets >= (timed ? 1U : 0U);
  });
  return consistent && live == deadlines_.size();
}

}  // namespace turnpike::turn
