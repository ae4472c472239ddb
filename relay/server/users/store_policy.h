// The core's Policy with what the store adds to the configuration: secrets, peer lists, limits.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "credentials/core/authenticator.h"
#include "credentials/store/store.h"
#include "relay/server/users/store_watcher.h"
#include "relay/turn/policy.h"

namespace turnpike::server {

/// What the configuration alone amounts to, as far as a store adds to it.
struct PolicyBase {
  turn::Policy policy;
  credentials::AuthenticatorSettings authenticator;
  turn::PeerPolicySettings peers;
};

/// An entry of the denied list that cannot be understood is an error: the list must not shrink. One
/// of the allowed list is left out, with a line in the log.
credentials::StoreResult<std::shared_ptr<const turn::Policy>> policy_with_store(
    const PolicyBase& base, const StoreSnapshot& snapshot);

/// What has come and gone between two readings of the store.
struct RevocationChange {
  std::vector<credentials::Revocation> added;
  std::vector<credentials::Revocation> lifted;
};
RevocationChange compare_revocations(const std::vector<credentials::Revocation>& before,
                                     const std::vector<credentials::Revocation>& after);

}  // namespace turnpike::server
