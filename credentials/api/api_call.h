// The inside of Api that its files share: a request that has found its route and its caller.
#pragma once

#include <string>
#include <string_view>

#include "credentials/api/api.h"

namespace turnpike::credentials::api {

struct Api::Call {
  const http::Request& request;
  const Route& route;
  const PathValues& path;
  Parameters parameters;
  Caller caller;
  std::string origin;

  std::string path_value(std::string_view name) const {
    const auto at = path.find(name);
    return at == path.end() ? std::string() : at->second;
  }
  http::Response fail_with(const Failure& failure) const {
    return render_failure(route.shape, failure);
  }
};

inline constexpr std::uint64_t kRetryUnavailable_s = 2;

inline Failure unavailable(const Unavailable& why) {
  return {.status = 503, .detail = why.detail, .retry_after_s = kRetryUnavailable_s};
}

}  // namespace turnpike::credentials::api
