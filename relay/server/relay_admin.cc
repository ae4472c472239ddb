#include "relay/server/relay_admin.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <functional>
#include <map>
#include <utility>

#include "base/base64.h"
#include "base/log.h"
#include "credentials/store/records.h"
#include "relay/server/clock.h"

namespace turnpike::server {
namespace {

using credentials::Revocation;
using credentials::Table;

constexpr milliseconds kPatience{2000};

/// Answers of all shards. Shared, because a shard may answer when nobody waits any longer.
template <class Answer>
struct Gathering {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Answer> answers;
};

template <class Ask>
auto ask_all(const std::vector<std::unique_ptr<Shard>>& shards, Ask ask)
    -> Result<std::vector<std::invoke_result_t<Ask, Shard&>>, AdminTimeout> {
  using Answer = std::invoke_result_t<Ask, Shard&>;
  const auto gathering = std::make_shared<Gathering<Answer>>();
  for (const auto& shard : shards) {
    shard->post(RunOnShard{[gathering, ask](Shard& asked) {
      Answer answer = ask(asked);
      const std::lock_guard lock(gathering->mutex);
      gathering->answers.push_back(std::move(answer));
      gathering->changed.notify_all();
    }});
  }
  std::unique_lock lock(gathering->mutex);
  const bool complete = gathering->changed.wait_for(
      lock, kPatience, [&] { return gathering->answers.size() == shards.size(); });
  if (!complete) return fail(AdminTimeout{});
  return std::move(gathering->answers);
}

std::string draw_instance(Rng& rng) {
  std::array<std::uint8_t, 16> bytes{};
  rng.fill(bytes);
  return hex_encode(bytes);
}

}  // namespace

RelayAdmin::RelayAdmin(Relay& relay, Rng& rng)
    : relay_(relay), instance_(draw_instance(rng)), made_here_(relay.credential_separator()) {}

AdminStatus RelayAdmin::status() {
  AdminStatus status;
  status.instance = instance_;
  status.version = TURNPIKE_VERSION;
  status.allocations = relay_.quotas().usage().allocations;
  status.revocations = revocations().size();
  status.store = "none";
  if (relay_.store() != nullptr) status.store = relay_.store()->health().is_up() ? "ok" : "down";
  return status;
}

Result<std::vector<turn::SessionInfo>, AdminTimeout> RelayAdmin::sessions(
    const turn::SessionFilter& filter) {
  auto answers =
      ask_all(relay_.shards(), [filter](Shard& shard) { return shard.sessions(filter); });
  if (!answers) return fail(answers.error());
  std::vector<turn::SessionInfo> all;
  for (auto& answer : *answers) {
    for (turn::SessionInfo& session : answer) all.push_back(std::move(session));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  if (all.size() > filter.limit) all.resize(filter.limit);
  return all;
}

Result<bool, AdminTimeout> RelayAdmin::close_session(turn::SessionId id) {
  const auto answers =
      ask_all(relay_.shards(), [id](Shard& shard) { return shard.close_session(id); });
  if (!answers) return fail(answers.error());
  return std::find(answers->begin(), answers->end(), true) != answers->end();
}

std::vector<Revocation> RelayAdmin::revocations() {
  made_here_.expire(now_s());
  std::map<std::pair<credentials::RevocationKind, std::string>, Revocation> all;
  for (const Revocation& rule : made_here_.rules()) all[{rule.kind, rule.value}] = rule;
  if (relay_.store() != nullptr) {
    for (const Revocation& rule : relay_.store()->revocations())
      all[{rule.kind, rule.value}] = rule;
  }
  std::vector<Revocation> list;
  for (auto& [key, rule] : all) {
    if (rule.until_s >= now_s()) list.push_back(std::move(rule));
  }
  return list;
}

Result<RevokeOutcome, AdminTimeout> RelayAdmin::revoke(const std::vector<Revocation>& rules) {
  RevokeOutcome outcome;
  for (const Revocation& rule : rules) {
    if (made_here_.add(rule) == credentials::RevocationSet::Added::kNew) ++outcome.added;
  }
  const auto shared = std::make_shared<const std::vector<Revocation>>(rules);
  const auto closed =
      ask_all(relay_.shards(), [shared](Shard& shard) { return shard.revoke(*shared); });
  outcome.stored = store_rules(rules);
  if (!closed) return fail(closed.error());
  for (const std::size_t count : *closed) outcome.closed += count;
  LOG(kInfo, "{} revocations by the admin socket, {} allocations closed", rules.size(),
      outcome.closed);
  return outcome;
}

bool RelayAdmin::store_rules(const std::vector<Revocation>& rules) {
  if (relay_.store() == nullptr) return false;
  if (!store_) store_ = relay_.store()->open();
  std::vector<credentials::Row> rows;
  for (const Revocation& rule : rules) rows.push_back(credentials::to_row(rule));
  const auto stored = store_->put(Table::kRevocation, rows);
  if (!stored) {
    LOG(kError, "revocations hold here and are not in the user database: {}",
        log::log_safe(stored.error().text, 512));
  }
  return stored.has_value();
}

Result<bool, AdminTimeout> RelayAdmin::lift(credentials::RevocationKind kind,
                                            std::string_view value) {
  bool known = made_here_.remove(kind, value);
  if (relay_.store() != nullptr) {
    if (!store_) store_ = relay_.store()->open();
    const auto gone =
        store_->erase(Table::kRevocation,
                      {{credentials::kRevocationKind, std::string(revocation_kind_name(kind))},
                       {credentials::kRevocationValue, std::string(value)}});
    if (!gone) {
      LOG(kError, "a revocation is lifted here and still in the user database: {}",
          log::log_safe(gone.error().text, 512));
    }
    known |= gone.value_or(0) > 0;
  }
  const auto done = ask_all(relay_.shards(), [kind, text = std::string(value)](Shard& shard) {
    shard.lift_revocation(kind, text);
    return true;
  });
  if (!done) return fail(done.error());
  return known;
}

EndedSessions RelayAdmin::ended(std::uint64_t after, std::size_t limit) {
  return relay_.ended()->after(after, limit);
}

std::int64_t RelayAdmin::now_s() {
  return unix_seconds(sample_now().wall);
}

}  // namespace turnpike::server
