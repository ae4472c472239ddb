// What managers do: credentials listed and taken back, revocations shown and lifted.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "credentials/api/api_call.h"
#include "http/core/json.h"
#include "http/core/problem.h"

namespace turnpike::credentials::api {

namespace json = boost::json;
using http::Response;

namespace {

constexpr std::size_t kMaxListed = 1000;
constexpr std::size_t kMaxReasonBytes = 256;

json::object describe(const Issued& issued) {
  return {{"username", issued.username}, {"user", issued.user},        {"session", issued.session},
          {"caller", issued.caller},     {"origin", issued.origin},    {"call_id", issued.call_id},
          {"issued", issued.issued_s},   {"expires", issued.expires_s}};
}

Response no_content() {
  return {.status = 204, .headers = {}, .body = {}};
}

}  // namespace

Response Api::list(Call& call) {
  IssuedFilter filter;
  filter.user = call.parameters.find({"user"});
  filter.session = call.parameters.find({"session"});
  filter.limit = kMaxListed;
  const auto issued = world_.issued(filter);
  if (!issued) return call.fail_with(unavailable(issued.error()));
  json::array credentials;
  const std::int64_t now_s = unix_seconds(world_.now().wall);
  for (const Issued& one : *issued) {
    if (one.expires_s >= now_s) credentials.push_back(describe(one));
  }
  Response response =
      Response::json(200, http::to_json(json::object{{"credentials", std::move(credentials)}}));
  http::set_no_store(response);
  return response;
}

/// A rule holds until the last credential that it covers would have expired anyhow. A user's own
/// rule does not cover his credentials of sessions, so each of those gets one.
Response Api::revoke(Call& call) {
  const std::int64_t now_s = unix_seconds(world_.now().wall);
  const std::int64_t last_s = now_s + settings_.mint.max_lifetime.count();
  std::string reason = call.parameters.find({"reason"}).value_or("");
  reason.resize(std::min(reason.size(), kMaxReasonBytes));
  const auto rule = [&](RevocationKind kind, std::string value) {
    return Revocation{.kind = kind,
                      .value = std::move(value),
                      .until_s = last_s,
                      .at_s = now_s,
                      .reason = reason};
  };
  std::vector<Revocation> rules;
  IssuedFilter filter;
  const Action action = call.route.action;
  if (action == Action::kRevokeUser) {
    rules.push_back(rule(RevocationKind::kUser, call.path_value("user")));
    filter.user = call.path_value("user");
  } else if (action == Action::kRevokeSession) {
    rules.push_back(rule(RevocationKind::kSession, call.path_value("session")));
  } else if (action == Action::kLeave) {
    filter.user = call.path_value("participant");
    filter.session = call.path_value("session");
  } else {
    rules.push_back(rule(RevocationKind::kCredential, call.path_value("username")));
  }
  if (filter.user) {
    const auto issued = world_.issued(filter);
    if (!issued) return call.fail_with(unavailable(issued.error()));
    for (const Issued& one : *issued) {
      if (one.expires_s < now_s) continue;
      rules.push_back(rule(RevocationKind::kCredential, one.username));
    }
  }
  if (rules.empty()) return call.fail_with({404, "that participant has no credential"});
  return revoke_rules(call, std::move(rules));
}

Response Api::revoke_rules(Call& call, std::vector<Revocation> rules) {
  for (const Revocation& rule : rules) {
    if (rule.value.empty() || rule.value.size() > RevocationSet::kMaxValueBytes) {
      return call.fail_with({400, "there is nothing of that name"});
    }
  }
  if (auto done = world_.revoke(rules); !done) return call.fail_with(unavailable(done.error()));
  for (const Revocation& rule : rules) {
    world_.audit({"revoke", call.caller.name,
                  fmt::format("{} {}", revocation_kind_name(rule.kind), rule.value),
                  call.request.client.ip.to_string(), call.origin, rule.reason});
  }
  return no_content();
}

Response Api::revocations() {
  json::array list;
  for (const Revocation& rule : world_.revocations()) {
    list.push_back(json::object{{"kind", revocation_kind_name(rule.kind)},
                                {"value", rule.value},
                                {"until", rule.until_s},
                                {"at", rule.at_s},
                                {"reason", rule.reason}});
  }
  Response response =
      Response::json(200, http::to_json(json::object{{"revocations", std::move(list)}}));
  http::set_no_store(response);
  return response;
}

Response Api::lift(Call& call) {
  const auto kind = parse_revocation_kind(call.parameters.find({"kind"}).value_or(""));
  const auto value = call.parameters.find({"value"});
  if (!kind || !value) {
    return call.fail_with({400, "write ?kind=credential|user|session|prefix&value=…"});
  }
  const auto lifted = world_.lift(*kind, *value);
  if (!lifted) return call.fail_with(unavailable(lifted.error()));
  if (!*lifted) return call.fail_with({404, "there is no such revocation"});
  world_.audit({"lift", call.caller.name, fmt::format("{} {}", revocation_kind_name(*kind), *value),
                call.request.client.ip.to_string(), call.origin, ""});
  return no_content();
}

}  // namespace turnpike::credentials::api
