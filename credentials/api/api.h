// The credentials API: a request in, a response out, whatever shape the client speaks. Everything
// that it needs from outside is World; http/server carries the bytes. One thread at a time.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "credentials/api/bodies.h"
#include "credentials/api/callers.h"
#include "credentials/api/failure.h"
#include "credentials/api/parameters.h"
#include "credentials/api/quotas.h"
#include "credentials/api/routes.h"
#include "credentials/api/world.h"
#include "credentials/core/ice_urls.h"
#include "credentials/core/mint.h"
#include "http/core/attempt_guard.h"
#include "http/core/cors.h"
#include "http/core/message.h"

namespace turnpike::credentials::api {

struct ApiSettings {
  std::vector<RelayEntry> relays;
  MintSettings mint;
  bool relay_only = false;     // iceTransportPolicy "relay" unless the request says otherwise
  std::size_t max_relays = 1;  // in one answer; browsers slow down with more than four URLs
  http::CorsPolicy cors;
  TokenSettings tokens;
  http::AttemptLimits wrong_keys;  // per client address, and per key that exists
};

class Api {
 public:
  /// `world` outlives it.
  Api(ApiSettings settings, World& world);

  /// `request` has been admitted (http/core/entry_paths.h): its path and trust level are set.
  http::Response handle(const http::Request& request);

 private:
  struct Call;
  http::Response dispatch(Call& call);
  Result<Caller, Failure> admit(const Call& call);
  Result<Caller, Failure> admit_presented(const Call& call, const Presented& presented);
  Result<IceAnswer, Failure> mint_for(const Call& call, std::string_view user,
                                      std::string_view session);
  Result<void, Failure> choose_relays(const Call& call, IceAnswer& answer);
  Result<MintRequest, Failure> read_wish(const Call& call);
  Result<MintedCredential, Failure> mint_unrevoked(const CallerPolicy& policy, MintRequest wish,
                                                   WallTime now);
  Result<void, Failure> check_user_not_revoked(const MintedCredential& credential,
                                               const MintRequest& wish);
  std::string user_or_random(std::string_view user);
  http::Response give(Call& call);
  http::Response join(Call& call);
  http::Response list(Call& call);
  http::Response revoke(Call& call);
  Result<std::vector<Revocation>, Failure> rules_of(const Call& call);
  Result<std::vector<Revocation>, Failure> rules_of_session(const Call& call);
  Result<void, Failure> check_may_touch(const Call& call, const std::string& username);
  bool may_touch_rule(const CallerPolicy& policy, RevocationKind kind, const std::string& value);
  http::Response revoke_rules(Call& call, std::vector<Revocation> rules);
  http::Response revocations(Call& call);
  http::Response lift(Call& call);
  http::Response export_lines(Call& call);
  http::Response keys(Call& call);
  http::Response make_key(Call& call);
  http::Response remove_key(Call& call);

  ApiSettings settings_;
  World& world_;
  http::AttemptGuard wrong_keys_;
  Quotas quotas_;
};

}  // namespace turnpike::credentials::api
