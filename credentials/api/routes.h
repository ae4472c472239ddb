// The table of routes (adapters.def) and how a path finds its row. What a route does is in api.cc.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "credentials/api/failure.h"
#include "http/core/message.h"

namespace turnpike::credentials::api {

enum class Action : std::uint8_t {
  kUberti,
  kIceServers,
  kCloudflareObject,
  kCloudflareArray,
  kCloudflareRevoke,
  kTwilio,
  kXirsysV2,
  kXirsysV3,
  kMetered,
  kMeteredCreate,
  kMatrix,
  kKinesis,
  kNextcloud,
  kXmpp,
  kOpenVidu,
  kMint,
  kList,
  kRevokeCredential,
  kRevokeUser,
  kRevokeSession,
  kJoin,
  kLeave,
  kRevocations,
  kLift,
  kKeys,
  kMakeKey,
  kRemoveKey,
  kAudit,
  kAccounting,
  kOpenApi,
};

struct Route {
  Action action{};
  http::Method method{};
  std::string_view pattern;
  http::TrustLevel trust{};
  unsigned success = 200;
  Shape shape{};
  std::string_view summary;
};

std::span<const Route> routes();

/// The {name} segments of a pattern, as the path has them.
using PathValues = std::map<std::string, std::string, std::less<>>;

struct Found {
  const Route* route = nullptr;  // null: `allow` says whether the path exists at all
  PathValues values;
  std::string allow;          // methods of the path, for 405; empty: there is no such path
  Shape shape = Shape::kOwn;  // for the error where there is no route
};

/// HEAD finds GET's row. What is of a higher level than `trust` does not exist on it; nothing does
/// for webhooks.
Found find_route(http::Method method, std::string_view path, http::TrustLevel trust);

/// "PUBLIC", …
std::string_view trust_level_word(http::TrustLevel level);

/// OpenAPI 3.1 as JSON, of every row.
std::string render_openapi();
/// docs/credentials-api.md: the table for people.
std::string render_route_page();

}  // namespace turnpike::credentials::api
