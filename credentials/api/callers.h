// Who asks: API keys in every place where clients of other services put them, and client
// certificates; and what a policy lets a caller ask for.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "credentials/api/failure.h"
#include "credentials/api/parameters.h"
#include "credentials/api/world.h"
#include "http/core/message.h"

namespace turnpike::credentials::api {

/// Looks at, in this order: a verified client certificate; Authorization Bearer "ID.SECRET"; Basic
/// with ID and SECRET; X-Api-Key; the parameters key, apiKey, api, secretKey; ident and secret
/// (Xirsys v2). 401 tells no more than that.
Result<Caller, Failure> find_caller(const http::Request& request, const Parameters& parameters,
                                    World& world);

/// "team-*" and "?" as in file names; the whole text must fit.
bool fits_pattern(std::string_view pattern, std::string_view text);

/// 403 when the origin or the user is not the caller's to ask for.
Result<void, Failure> check_policy(const CallerPolicy& policy, std::string_view origin,
                                   std::string_view user);

}  // namespace turnpike::credentials::api
