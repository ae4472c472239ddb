#include "cobrowse/server/agents.h"

#include "http/core/authorization.h"
#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

constexpr std::size_t kMaxIdentity = 200;

}  // namespace

Agents::Agents(AgentSettings settings, const Digests& digests, const service::JwksSource* jwks)
    : settings_(std::move(settings)), digests_(digests), jwks_(jwks), wrong_(settings_.attempts) {}

Result<Agent, AgentRefusal> Agents::admit(const http::Request& request, const Now& now) {
  const auto shown = http::parse_bearer(request.headers.find("Authorization"));
  if (!shown) return fail(AgentRefusal{});
  if (http::has_token_form(*shown)) return by_token(*shown, now);
  return by_key(*shown, http::suspect_of(request.client.ip), now);
}

/// Who guesses at one key does not keep others of his address from using theirs. Takes the same
/// time for an id that nobody has.
Result<Agent, AgentRefusal> Agents::by_key(std::string_view shown, std::string suspect,
                                           const Now& now) {
  const std::size_t dot = shown.find('.');
  const std::string_view id = shown.substr(0, dot);
  const auto found = settings_.keys.find(id);
  const bool known = dot != std::string_view::npos && found != settings_.keys.end();
  if (known) suspect += "|" + std::string(id);
  const std::lock_guard lock(mutex_);
  if (const std::uint64_t wait = wrong_.wait(suspect, now.monotonic); wait > 0) {
    return fail(AgentRefusal{429, wait});
  }
  const std::string_view secret =
      dot == std::string_view::npos ? std::string_view() : shown.substr(dot + 1);
  const Sha256 hash = digests_.sha256({as_bytes(secret)});
  const bool same = equal_constant_time(hash, known ? found->second.secret_hash : Sha256{});
  if (known && same) return Agent{found->first, found->second.admin};
  wrong_.failed(suspect, now.monotonic);
  return fail(AgentRefusal{});
}

Result<Agent, AgentRefusal> Agents::by_token(std::string_view token, const Now& now) const {
  if (jwks_ == nullptr) return fail(AgentRefusal{});
  const auto claims = http::check_token(token, *jwks_->keys(), settings_.token_rules, now.wall);
  if (!claims) return fail(AgentRefusal{});
  const auto identity = http::text_member(*claims, settings_.identity_claim);
  const auto policy = http::text_member(*claims, settings_.policy_claim);
  if (!identity || !*identity || (**identity).empty() || (**identity).size() > kMaxIdentity) {
    return fail(AgentRefusal{});
  }
  const std::string role = policy ? policy->value_or("agent") : "";
  const std::string name = "token:" + **identity;
  if (role == "agent" || role == "admin") return Agent{name, role == "admin"};
  const auto entry = settings_.keys.find(role);
  if (entry == settings_.keys.end()) return fail(AgentRefusal{403, 0});
  return Agent{name, entry->second.admin};
}

}  // namespace turnpike::cobrowse
