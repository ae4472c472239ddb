#include "credentials/api/operations.h"

#include <array>
#include <boost/json/object.hpp>

#include "credentials/api/render_answer.h"
#include "credentials/api/schemas.h"
#include "http/core/json.h"

namespace turnpike::credentials::api {
namespace {

using enum Action;
using enum ParameterRow::Type;
using enum ParameterRow::Need;

template <class... Actions>
constexpr std::uint64_t of(Actions... actions) {
  return (... | (std::uint64_t{1} << static_cast<unsigned>(actions)));
}

constexpr std::uint64_t kGivesInSession =
    of(kUberti, kIceServers, kCloudflareObject, kCloudflareArray, kTwilio, kXirsysV2, kXirsysV3,
       kMetered, kMeteredCreate, kMatrix, kKinesis, kNextcloud, kXmpp, kOpenVidu, kMint);
constexpr std::uint64_t kGives = kGivesInSession | of(kJoin);

constexpr std::array kParameters = {
#define PARAMETER(name, type, where, need, what) ParameterRow{name, type, where, need, what},
#include "credentials/api/parameters.def"
};

constexpr std::array kPathParameters = {
#define PATH_PARAMETER(name, what) std::pair<std::string_view, std::string_view>{name, what},
#include "credentials/api/parameters.def"
};

std::string_view what_is(std::string_view path_parameter) {
  for (const auto& [name, what] : kPathParameters) {
    if (name == path_parameter) return what;
  }
  return "";
}

/// 2026-01-01T00:00:00Z, a day after it was asked for.
IceAnswer example_answer() {
  constexpr std::int64_t kExpires = 1767225600;
  IceAnswer answer;
  answer.credential.username = "1767225600:alice";
  answer.credential.password = Secret("Q2Xk4sCd0MM5hJmT0v0iWl3XyLk=");
  answer.credential.expires_s = kExpires;
  answer.credential.lifetime = seconds(86400);
  answer.now = WallTime(seconds(kExpires) - answer.credential.lifetime);
  answer.stun = {"stun:turn.example.org:3478"};
  answer.turn = {"turn:turn.example.org:3478?transport=udp",
                 "turn:turn.example.org:3478?transport=tcp",
                 "turns:turn.example.org:443?transport=tcp"};
  return answer;
}

}  // namespace

std::vector<ParameterRow> parameters_of(Action action) {
  std::vector<ParameterRow> rows;
  for (const ParameterRow& row : kParameters) {
    if (row.is_for(action)) rows.push_back(row);
  }
  return rows;
}

std::vector<PathParameter> path_parameters_of(const Route& route) {
  std::vector<PathParameter> list;
  const std::string_view pattern = route.pattern;
  std::size_t from = 0;
  while ((from = pattern.find('{', from)) != std::string_view::npos) {
    const std::size_t to = pattern.find('}', from);
    const std::string_view name = pattern.substr(from + 1, to - from - 1);
    list.push_back({std::string(name), what_is(name)});
    from = to;
  }
  return list;
}

Answer answer_of(Action action) {
  switch (action) {
    case kUberti:
    case kIceServers:
    case kMint:
    case kJoin:
      return {"Credential"};
    case kCloudflareObject:
      return {"CloudflareObject"};
    case kCloudflareArray:
      return {"CloudflareArray"};
    case kTwilio:
      return {"TwilioToken"};
    case kXirsysV2:
      return {"XirsysV2"};
    case kXirsysV3:
      return {"XirsysV3"};
    case kMetered:
      return {"IceServerList"};
    case kMeteredCreate:
      return {"MeteredCredential"};
    case kMatrix:
      return {"MatrixTurnServer"};
    case kKinesis:
      return {"KinesisIceServers"};
    case kNextcloud:
      return {"NextcloudSettings"};
    case kXmpp:
      return {"ExternalServices", "application/xml"};
    case kOpenVidu:
      return {"OpenViduToken"};
    case kList:
      return {"CredentialList"};
    case kRevocations:
      return {"RevocationList"};
    case kKeys:
      return {"ApiKeyList"};
    case kMakeKey:
      return {"NewApiKey"};
    case kAudit:
      return {"AuditLines", "application/x-ndjson"};
    case kAccounting:
      return {"AccountingLines", "application/x-ndjson"};
    case kOpenApi:
      return {"OpenApi"};
    case kCloudflareRevoke:
    case kRevokeCredential:
    case kRevokeUser:
    case kRevokeSession:
    case kLeave:
    case kLift:
    case kRemoveKey:
      break;
  }
  return {};
}

Answer error_of(Shape shape) {
  switch (shape) {
    case Shape::kOwn:
      break;
    case Shape::kCloudflare:
      return {"CloudflareError"};
    case Shape::kTwilio:
      return {"TwilioError"};
    case Shape::kXirsysV2:
      return {"XirsysV2Error"};
    case Shape::kXirsysV3:
      return {"XirsysV3Error"};
    case Shape::kMetered:
      return {"MeteredError"};
    case Shape::kMatrix:
      return {"MatrixError"};
    case Shape::kKinesis:
      return {"KinesisError"};
  }
  return {"Problem", "application/problem+json"};
}

bool gives_credential(Action action) {
  return (of(action) & kGives) != 0;
}

bool is_open(Action action) {
  return action == kOpenApi;
}

std::string example_of(const Route& route) {
  if (gives_credential(route.action)) {
    return render_answer(route, example_answer(), "shop", "alice", false).body;
  }
  const Answer answer = answer_of(route.action);
  if (answer.schema.empty()) return {};
  const boost::json::object all = schemas();
  const auto& schema = all.at(answer.schema).as_object();
  return schema.contains("example") ? http::to_json(schema.at("example")) : std::string();
}

}  // namespace turnpike::credentials::api
