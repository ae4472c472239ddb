// What managers do: credentials listed and taken back, revocations shown and lifted.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "credentials/api/api_call.h"
#include "credentials/core/timed_name.h"
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

/// Its times and its reason come later.
Revocation a_rule(RevocationKind kind, std::string value) {
  return {.kind = kind, .value = std::move(value), .until_s = 0, .at_s = 0, .reason = {}};
}

Failure not_yours() {
  return {.status = 403, .detail = "this key does not manage that user"};
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
    if (one.expires_s < now_s || !may_touch(call.caller.policy, one.user)) continue;
    credentials.push_back(describe(one));
  }
  Response response =
      Response::json(200, http::to_json(json::object{{"credentials", std::move(credentials)}}));
  http::set_no_store(response);
  return response;
}

/// A manager of some users only: is this credential one of theirs? What nobody wrote down is not.
Result<void, Failure> Api::check_may_touch(const Call& call, const std::string& username) {
  const CallerPolicy& policy = call.caller.policy;
  if (may_touch_all(policy)) return {};
  IssuedFilter filter;
  filter.username = username;
  const auto issued = world_.issued(filter);
  if (!issued) return fail(unavailable(issued.error()));
  if (issued->empty() || !may_touch(policy, issued->front().user)) return fail(not_yours());
  return {};
}

/// A rule for a session would hit everybody's users in it, so who manages some users only gets one
/// for each of their credentials.
Result<std::vector<Revocation>, Failure> Api::rules_of_session(const Call& call) {
  const std::string session = call.path_value("session");
  std::vector<Revocation> rules;
  if (may_touch_all(call.caller.policy)) {
    rules.push_back(a_rule(RevocationKind::kSession, session));
    return rules;
  }
  IssuedFilter filter;
  filter.session = session;
  filter.limit = RevocationSet::kMaxRules;
  const auto issued = world_.issued(filter);
  if (!issued) return fail(unavailable(issued.error()));
  for (const Issued& one : *issued) {
    if (!may_touch(call.caller.policy, one.user)) continue;
    rules.push_back(a_rule(RevocationKind::kCredential, one.username));
  }
  return rules;
}

/// A user's own rule does not cover his credentials of sessions, so each of those gets one.
Result<std::vector<Revocation>, Failure> Api::rules_of(const Call& call) {
  const Action action = call.route.action;
  if (action == Action::kRevokeSession) return rules_of_session(call);
  std::vector<Revocation> rules;
  if (action != Action::kRevokeUser && action != Action::kLeave) {
    const std::string username = call.path_value("username");
    if (auto good = check_may_touch(call, username); !good) return fail(good.error());
    rules.push_back(a_rule(RevocationKind::kCredential, username));
    return rules;
  }
  IssuedFilter filter;
  filter.limit = RevocationSet::kMaxRules;
  filter.user = call.path_value(action == Action::kLeave ? "participant" : "user");
  if (action == Action::kLeave) filter.session = call.path_value("session");
  if (!may_touch(call.caller.policy, *filter.user)) return fail(not_yours());
  if (action == Action::kRevokeUser) {
    rules.push_back(a_rule(RevocationKind::kUser, *filter.user));
  }
  const auto issued = world_.issued(filter);
  if (!issued) return fail(unavailable(issued.error()));
  const std::int64_t now_s = unix_seconds(world_.now().wall);
  for (const Issued& one : *issued) {
    if (one.expires_s < now_s) continue;
    rules.push_back(a_rule(RevocationKind::kCredential, one.username));
  }
  return rules;
}

/// A rule holds until the last credential that it covers would have expired anyhow.
Response Api::revoke(Call& call) {
  auto rules = rules_of(call);
  if (!rules) return call.fail_with(rules.error());
  if (rules->empty()) return call.fail_with({404, "there is no such credential"});
  const std::int64_t now_s = unix_seconds(world_.now().wall);
  std::string reason = call.parameters.find({"reason"}).value_or("");
  reason.resize(std::min(reason.size(), kMaxReasonBytes));
  for (Revocation& rule : *rules) {
    rule.at_s = now_s;
    rule.until_s = now_s + settings_.mint.max_lifetime.count();
    rule.reason = reason;
  }
  return revoke_rules(call, *std::move(rules));
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

/// Whose name it is, as far as the name tells: "alice" and "s1:alice" are both of alice.
bool Api::may_touch_rule(const CallerPolicy& policy, RevocationKind kind,
                         const std::string& value) {
  if (may_touch_all(policy)) return true;
  if (kind == RevocationKind::kUser) return may_touch(policy, value);
  if (kind != RevocationKind::kCredential) return false;
  const auto name = parse_timed_name(value, settings_.mint.separator);
  if (!name) return false;
  const std::size_t behind = name->user.find(settings_.mint.separator);
  return may_touch(policy, name->user) ||
         (behind != std::string_view::npos && may_touch(policy, name->user.substr(behind + 1)));
}

Response Api::revocations(Call& call) {
  json::array list;
  for (const Revocation& rule : world_.revocations()) {
    if (!may_touch_rule(call.caller.policy, rule.kind, rule.value)) continue;
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
  if (*kind == RevocationKind::kCredential) {
    if (auto good = check_may_touch(call, *value); !good) return call.fail_with(good.error());
  } else if (!may_touch_rule(call.caller.policy, *kind, *value)) {
    return call.fail_with(not_yours());
  }
  const auto lifted = world_.lift(*kind, *value);
  if (!lifted) return call.fail_with(unavailable(lifted.error()));
  if (!*lifted) return call.fail_with({404, "there is no such revocation"});
  world_.audit({"lift", call.caller.name, fmt::format("{} {}", revocation_kind_name(*kind), *value),
                call.request.client.ip.to_string(), call.origin, ""});
  return no_content();
}

}  // namespace turnpike::credentials::api
