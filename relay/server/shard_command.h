// What other threads may ask of a shard, through its mailbox. Control path only.
#pragma once

#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "credentials/core/revocation.h"
#include "relay/crypto/tls_context.h"
#include "relay/server/users/user_lookups.h"
#include "relay/turn/policy.h"

namespace turnpike::server {

class Shard;

struct StopShard {};

struct ReplaceTls {
  std::shared_ptr<const crypto::TlsContext> tls;
};

/// The store has changed, went away or came back.
struct ApplyStoreNews {
  std::uint64_t generation = 0;
  bool ready = false;
  std::shared_ptr<const turn::Policy> policy;  // null: the one before stays
  std::shared_ptr<const std::vector<credentials::Revocation>> revoked;
  std::shared_ptr<const std::vector<credentials::Revocation>> lifted;
};

/// The store has answered for a user that the shard asked about.
struct DeliverAnswer {
  UserAnswer answer;
};

/// An operator's question or order; what it returns goes where the function puts it.
struct RunOnShard {
  std::function<void(Shard&)> run;
};

using ShardCommand = std::variant<StopShard, ReplaceTls, ApplyStoreNews, DeliverAnswer, RunOnShard>;

}  // namespace turnpike::server
