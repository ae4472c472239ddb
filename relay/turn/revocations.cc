// Credentials that are taken back: from now on they are refused, and what lives on them ends.
#include <vector>

#include "relay/turn/server_impl.h"

namespace turnpike::turn {

std::size_t Server::Impl::on_revoked(const Now& now,
                                     std::span<const credentials::Revocation> rules) {
  enter();
  bool any = false;
  for (const credentials::Revocation& rule : rules) {
    any |= revocations_.add(rule) == credentials::RevocationSet::Added::kNew;
  }
  if (!any) return 0;
  std::vector<AllocationHandle> refused;
  allocations_.for_each([&](const Allocation& allocation) {
    if (revocations_.refuses(allocation.user, unix_seconds(now.wall))) {
      refused.push_back(allocation.self);
    }
  });
  for (const AllocationHandle handle : refused) {
    delete_allocation(*allocations_.find(handle), CloseReason::kRevoked);
  }
  return refused.size();
}

void Server::Impl::on_revocation_lifted(credentials::RevocationKind kind, std::string_view value) {
  revocations_.remove(kind, value);
}

}  // namespace turnpike::turn
