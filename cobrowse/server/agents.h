// Who may make and enter sessions from inside: callers with an API key or a signed token.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/digests.h"
#include "base/result.h"
#include "base/time.h"
#include "http/core/attempt_guard.h"
#include "http/core/json_web_token.h"
#include "http/core/message.h"
#include "service/jwks_source.h"

namespace turnpike::cobrowse {

struct Agent {
  std::string name;  // the key's id, or "token:" and who the token says
  bool admin = false;
};

struct AgentKey {
  Sha256 secret_hash{};
  bool admin = false;
};

struct AgentSettings {
  std::map<std::string, AgentKey, std::less<>> keys{};  // by id
  http::TokenRules token_rules{};
  std::string identity_claim = "sub";
  std::string policy_claim = "turnpike";
  http::AttemptLimits attempts{};
};

struct AgentRefusal {
  unsigned status = 401;
  std::uint64_t retry_after_s = 0;
};

class Agents {
 public:
  /// `jwks` may be null: no tokens are taken then. Both outlive this.
  Agents(AgentSettings settings, const Digests& digests, const service::JwksSource* jwks);
  /// Looks at Authorization: Bearer. Any thread.
  Result<Agent, AgentRefusal> admit(const http::Request& request, const Now& now);

 private:
  Result<Agent, AgentRefusal> by_key(std::string_view shown, std::string suspect, const Now& now);
  Result<Agent, AgentRefusal> by_token(std::string_view token, const Now& now) const;

  const AgentSettings settings_;
  const Digests& digests_;
  const service::JwksSource* const jwks_;
  std::mutex mutex_;
  http::AttemptGuard wrong_;  // guarded by mutex_
};

}  // namespace turnpike::cobrowse
