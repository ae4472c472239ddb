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
#include "credentials/api/ice_urls.h"
#include "credentials/api/parameters.h"
#include "credentials/api/routes.h"
#include "credentials/api/world.h"
#include "credentials/core/mint.h"
#include "http/core/cors.h"
#include "http/core/message.h"
#include "http/core/rate_limiter.h"

namespace turnpike::credentials::api {

struct ApiSettings {
  std::vector<RelayEntry> relays;
  MintSettings mint;
  bool relay_only = false;     // iceTransportPolicy "relay" unless the request says otherwise
  std::size_t max_relays = 1;  // in one answer; browsers slow down with more than four URLs
  http::CorsPolicy cors;
  http::RateLimit failed_logins{.per_minute = 10, .burst = 20};  // per client address
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
  Result<IceAnswer, Failure> mint_for(const Call& call, std::string_view user,
                                      std::string_view session);
  Result<void, Failure> choose_relays(const Call& call, IceAnswer& answer);
  Result<void, Failure> check_not_revoked(const MintedCredential& credential);
  http::Response give(Call& call);
  http::Response join(Call& call);
  http::Response list(Call& call);
  http::Response revoke(Call& call);
  http::Response revoke_rules(Call& call, std::vector<Revocation> rules);
  http::Response revocations();
  http::Response lift(Call& call);

  ApiSettings settings_;
  World& world_;
  http::RateLimiter failed_logins_;
  std::map<std::string, http::RateLimiter, std::less<>> mints_;  // by caller, as configured
};

}  // namespace turnpike::credentials::api
