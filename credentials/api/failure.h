// Errors of the API and the shapes in which the clients of each adapter expect them.
#pragma once

#include <cstdint>
#include <string>

#include "http/core/message.h"

namespace turnpike::credentials::api {

enum class Shape : std::uint8_t {
  kOwn,  // ours, draft-uberti, W3C: application/problem+json
  kCloudflare,
  kTwilio,
  kXirsysV2,
  kXirsysV3,
  kMetered,
  kMatrix,
  kKinesis,
};

struct Failure {
  unsigned status = 400;
  std::string detail;               // for the caller; never a secret
  std::uint64_t retry_after_s = 0;  // 0: not told
};

http::Response render_failure(Shape shape, const Failure& failure);

}  // namespace turnpike::credentials::api
