// A shard and the store of users: requests wait here, not in the core, until the store has
// answered; news of the store take effect between two turns.

#include "relay/server/shard.h"

namespace turnpike::server {

using Kind = credentials::DirectoryAnswer::Kind;

void Shard::hand_to_core(const turn::ClientPath& from, Bytes message) {
  asking_ = {&from, message};
  core_.on_client_message(now_, from, message);
  drain();
  asking_ = {};
  while (!refused_lookups_.empty()) {
    const std::string user = std::move(refused_lookups_.back());
    refused_lookups_.pop_back();
    users_.note(user, {.kind = Kind::kUnavailable, .key = {}}, users_.generation());
    resume_requests(user);
  }
}

void Shard::look_up(const turn::LookUpUser& wish) {
  const std::string user(wish.user);
  switch (pending_.keep(user, *asking_.from, asking_.message, now_.monotonic)) {
    case PendingRequests::Kept::kFirst:
      if (shared_.lookups == nullptr || !shared_.lookups->ask(settings_.index, user)) {
        refused_lookups_.push_back(user);
      }
      return;
    case PendingRequests::Kept::kAlso:
    case PendingRequests::Kept::kTwice:
      return;
    case PendingRequests::Kept::kNoRoom:
      shell_counters_.counts.add(ShellCount::kDropLookupsFull);
  }
}

void Shard::on_user_answer(const UserAnswer& answer) {
  users_.note(answer.user, answer.answer, answer.generation);
  resume_requests(answer.user);
}

void Shard::resume_requests(const std::string& user) {
  for (const PendingRequest& request : pending_.take(user)) {
    hand_to_core(request.from, request.message);
  }
}

void Shard::on_store_news(const ApplyStoreNews& news) {
  if (news.lifted) {
    for (const credentials::Revocation& rule : *news.lifted) {
      core_.on_revocation_lifted(rule.kind, rule.value);
    }
    count_revocations();
  }
  if (news.revoked) revoke(*news.revoked);
  if (news.policy) {
    core_.set_policy(news.policy.get());
    policy_ = news.policy;
  }
  users_.start_generation(news.generation, news.ready);
}

std::size_t Shard::revoke(std::span<const credentials::Revocation> rules) {
  const std::size_t closed = core_.on_revoked(now_, rules);
  drain();
  count_revocations();
  return closed;
}

void Shard::lift_revocation(credentials::RevocationKind kind, std::string_view value) {
  core_.on_revocation_lifted(kind, value);
  count_revocations();
}

void Shard::count_revocations() {
  shell_counters_.revocations.store(core_.revocation_count(), std::memory_order_relaxed);
}

std::vector<turn::SessionInfo> Shard::sessions(const turn::SessionFilter& filter) const {
  return core_.sessions(now_.monotonic, filter);
}

bool Shard::close_session(turn::SessionId id) {
  const bool closed = core_.close_session(now_, id, turn::CloseReason::kKilled);
  drain();
  return closed;
}

}  // namespace turnpike::server
