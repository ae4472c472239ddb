#include "relay/server/users/store_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/log.h"

namespace turnpike::server {

using credentials::Revocation;
using credentials::StoreError;
using credentials::StoreFailure;
using credentials::StoreResult;

StoreResult<std::shared_ptr<const turn::Policy>> policy_with_store(const PolicyBase& base,
                                                                   const StoreSnapshot& snapshot) {
  auto policy = std::make_shared<turn::Policy>(base.policy);

  credentials::AuthenticatorSettings authenticator = base.authenticator;
  for (const Secret& secret : snapshot.secrets) authenticator.shared_secrets.push_back(secret);
  policy->authenticator = credentials::Authenticator(std::move(authenticator));

  turn::PeerPolicySettings peers = base.peers;
  for (const std::string& text : snapshot.denied_peers) {
    auto range = turn::IpRange::parse(text);
    if (!range) {
      return fail(StoreError{
          StoreFailure::kBadData,
          fmt::format("denied_peer_ip: \"{}\" is no address, FIRST-LAST or ADDRESS/BITS; correct "
                      "or remove it",
                      log::log_safe(text))});
    }
    peers.denied.push_back(std::move(*range));
  }
  for (const std::string& text : snapshot.allowed_peers) {
    if (auto range = turn::IpRange::parse(text)) {
      peers.allowed.push_back(std::move(*range));
    } else {
      LOG(kWarning, "allowed_peer_ip in the database: \"{}\" is no address or range; left out",
          log::log_safe(text));
    }
  }
  policy->peers = turn::PeerPolicy(std::move(peers));
  if (snapshot.max_bps) policy->limits.max_bytes_per_s = *snapshot.max_bps;
  return policy;
}

RevocationChange compare_revocations(const std::vector<Revocation>& before,
                                     const std::vector<Revocation>& after) {
  using Key = std::pair<credentials::RevocationKind, std::string>;
  std::map<Key, const Revocation*> old;
  for (const Revocation& rule : before) old[{rule.kind, rule.value}] = &rule;
  RevocationChange change;
  for (const Revocation& rule : after) {
    const auto at = old.find({rule.kind, rule.value});
    if (at == old.end() || at->second->until_s < rule.until_s) change.added.push_back(rule);
    // A rule that ends sooner than before is taken away and made again.
    if (at != old.end() && at->second->until_s > rule.until_s) {
      change.lifted.push_back(*at->second);
      change.added.push_back(rule);
    }
    if (at != old.end()) old.erase(at);
  }
  for (const auto& [key, rule] : old) change.lifted.push_back(*rule);
  return change;
}

}  // namespace turnpike::server
