#include "relay/server/admin/admin_api.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>

#include "base/utf8.h"
#include "http/core/form.h"
#include "http/core/json.h"
#include "http/core/problem.h"

namespace turnpike::server {
namespace {

namespace json = boost::json;
using credentials::Revocation;
using credentials::RevocationSet;
using http::Method;
using http::problem;
using http::Request;
using http::Response;

constexpr std::size_t kMaxSessions = 10'000;
constexpr std::size_t kMaxEnded = 1000;
constexpr std::size_t kMaxRulesAtOnce = 10'000;
constexpr std::size_t kMaxReasonBytes = 256;
constexpr std::string_view kSessions = "/v1/sessions/";

Response ok(const json::value& body) {
  Response response = Response::json(200, http::to_json(body));
  http::set_no_store(response);
  return response;
}

Response timed_out() {
  Response response = problem(503, "the relay's threads did not answer in time");
  http::set_retry_after(response, 1);
  return response;
}

Response no_content() {
  return {.status = 204, .headers = {}, .body = {}};
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

json::object describe(const turn::Usage& usage) {
  return {{"received_packets", usage.received_packets},
          {"received_bytes", usage.received_bytes},
          {"sent_packets", usage.sent_packets},
          {"sent_bytes", usage.sent_bytes},
          {"peer_received_packets", usage.peer_received_packets},
          {"peer_received_bytes", usage.peer_received_bytes},
          {"peer_sent_packets", usage.peer_sent_packets},
          {"peer_sent_bytes", usage.peer_sent_bytes}};
}

json::object describe(const turn::SessionInfo& session) {
  json::array relayed;
  for (const RelayedAddress& address : session.relayed) {
    relayed.emplace_back(address.value.to_string());
  }
  const FiveTuple& tuple = session.client.tuple;
  return {{"id", fmt::format("{:018}", session.id.value)},
          {"user", to_utf8(session.user)},
          {"realm", to_utf8(session.realm)},
          {"client", tuple.client.value.to_string()},
          {"transport", std::string(transport_name(tuple.transport))},
          {"relayed", std::move(relayed)},
          {"expires_in_s", session.expires_in.count()},
          {"usage", describe(session.usage)}};
}

json::object describe(const EndedSession& ended) {
  const turn::AllocationDeleted& what = ended.what;
  json::array relayed, peers;
  for (std::size_t i = 0; i < what.relayed_count; ++i) {
    relayed.emplace_back(what.relayed[i].value.to_string());
  }
  for (const IpAddress& peer : what.peers) peers.emplace_back(peer.to_string());
  const FiveTuple& tuple = what.client.tuple;
  return {{"number", ended.number},
          {"id", fmt::format("{:018}", what.id.value)},
          {"user", to_utf8(what.user)},
          {"realm", to_utf8(what.realm)},
          {"client", tuple.client.value.to_string()},
          {"transport", std::string(transport_name(tuple.transport))},
          {"relayed", std::move(relayed)},
          {"start", what.started_s},
          {"end", ended.ended_s},
          {"reason", close_reason_word(what.reason)},
          {"peers", std::move(peers)},
          {"permissions", what.permissions},
          {"usage", describe(what.total)}};
}

json::object describe(const Revocation& rule) {
  return {{"kind", std::string(revocation_kind_name(rule.kind))},
          {"value", to_utf8(rule.value)},
          {"until", rule.until_s},
          {"at", rule.at_s},
          {"reason", to_utf8(rule.reason)}};
}

Response show_status(AdminWorld& world) {
  const AdminStatus status = world.status();
  return ok(json::object{{"instance", status.instance},
                         {"version", status.version},
                         {"draining", status.draining},
                         {"allocations", status.allocations},
                         {"revocations", status.revocations},
                         {"store", status.store}});
}

Response list_sessions(const http::Form& query, AdminWorld& world) {
  turn::SessionFilter filter;
  filter.user = query.find("user").value_or("");
  filter.session = query.find("session").value_or("");
  if (const auto text = query.find("limit")) {
    const auto limit = whole_number<std::size_t>(*text);
    if (!limit || *limit == 0 || *limit > kMaxSessions) {
      return problem(400, fmt::format("limit: write a number from 1 to {}", kMaxSessions));
    }
    filter.limit = *limit;
  }
  const auto sessions = world.sessions(filter);
  if (!sessions) return timed_out();
  json::array list;
  for (const turn::SessionInfo& session : *sessions) list.push_back(describe(session));
  return ok(json::object{{"sessions", std::move(list)}});
}

Response list_ended(const http::Form& query, AdminWorld& world) {
  const auto after = whole_number<std::uint64_t>(query.find("after").value_or("0"));
  const auto limit = whole_number<std::size_t>(query.find("limit").value_or("1000"));
  if (!after) return problem(400, "after: write the last number that you have");
  if (!limit || *limit == 0 || *limit > kMaxEnded) {
    return problem(400, fmt::format("limit: write a number from 1 to {}", kMaxEnded));
  }
  const EndedSessions found = world.ended(*after, *limit);
  json::array list;
  for (const EndedSession& one : found.sessions) list.push_back(describe(one));
  const std::uint64_t next = found.sessions.empty() ? found.last : found.sessions.back().number;
  return ok(json::object{{"instance", world.instance()},
                         {"ended", std::move(list)},
                         {"next", next},
                         {"lost", found.lost}});
}

Response end_session(std::string_view id, AdminWorld& world) {
  const auto number = whole_number<std::uint64_t>(id);
  if (!number) return problem(400, "a session's id is a number");
  const auto closed = world.close_session({*number});
  if (!closed) return timed_out();
  return *closed ? no_content() : problem(404, "there is no such session");
}

Response list_revocations(AdminWorld& world) {
  json::array list;
  for (const Revocation& rule : world.revocations()) list.push_back(describe(rule));
  return ok(json::object{{"revocations", std::move(list)}});
}

Result<Revocation, std::string> read_rule(const json::value& value, std::int64_t now_s) {
  const json::object* const object = value.if_object();
  if (object == nullptr) return fail(std::string("a revocation is an object"));
  const auto kind_text = http::text_member(*object, "kind");
  const auto value_text = http::text_member(*object, "value");
  const auto until = http::number_member(*object, "until");
  const auto reason = http::text_member(*object, "reason");
  if (!kind_text) return fail(kind_text.error());
  if (!value_text) return fail(value_text.error());
  if (!until) return fail(until.error());
  if (!reason) return fail(reason.error());
  const auto kind = credentials::parse_revocation_kind(kind_text->value_or(""));
  if (!kind) return fail(std::string("kind: write credential, user, session or prefix"));
  const std::string& what = value_text->value_or("");
  if (what.empty() || what.size() > RevocationSet::kMaxValueBytes) {
    return fail(fmt::format("value: write 1 to {} bytes", RevocationSet::kMaxValueBytes));
  }
  if (!until->has_value() || **until <= now_s) {
    return fail(std::string("until: write a time that is still to come, in seconds since 1970"));
  }
  if (reason->value_or("").size() > kMaxReasonBytes) {
    return fail(fmt::format("reason: at most {} bytes", kMaxReasonBytes));
  }
  return Revocation{.kind = *kind,
                    .value = what,
                    .until_s = **until,
                    .at_s = now_s,
                    .reason = reason->value_or("")};
}

/// All of them are good, or none is carried out.
Response revoke(const Request& request, AdminWorld& world) {
  const auto body = http::parse_json_object(request.body, {.bytes = 8 << 20, .depth = 4});
  if (!body) return problem(400, body.error());
  const json::value* const member = body->if_contains("revocations");
  const json::array* const list = member != nullptr ? member->if_array() : nullptr;
  if (list == nullptr || list->empty() || list->size() > kMaxRulesAtOnce) {
    return problem(400,
                   fmt::format("revocations: write an array of 1 to {} objects", kMaxRulesAtOnce));
  }
  std::vector<Revocation> rules;
  for (const json::value& one : *list) {
    auto rule = read_rule(one, world.now_s());
    if (!rule) return problem(400, fmt::format("revocations[{}]: {}", rules.size(), rule.error()));
    rules.push_back(std::move(*rule));
  }
  const auto outcome = world.revoke(rules);
  if (!outcome) return timed_out();
  return ok(json::object{
      {"added", outcome->added}, {"closed", outcome->closed}, {"stored", outcome->stored}});
}

Response lift(const http::Form& query, AdminWorld& world) {
  const auto kind = credentials::parse_revocation_kind(query.find("kind").value_or(""));
  const auto value = query.find("value");
  if (!kind || !value) return problem(400, "write ?kind=credential|user|session|prefix&value=…");
  const auto lifted = world.lift(*kind, *value);
  if (!lifted) return timed_out();
  return *lifted ? no_content() : problem(404, "there is no such revocation");
}

Response wrong_method(std::string_view allow) {
  Response response = problem(405, fmt::format("allowed here: {}", allow));
  response.headers.set("Allow", allow);
  return response;
}

}  // namespace

Response answer_admin(const Request& request, AdminWorld& world) {
  const auto query = http::parse_form(request.query);
  if (!query) return problem(400, http::form_error_text(query.error()));
  const bool get = request.method == Method::kGet || request.method == Method::kHead;
  if (request.path == "/v1/status") return get ? show_status(world) : wrong_method("GET");
  if (request.path == "/v1/sessions")
    return get ? list_sessions(*query, world) : wrong_method("GET");
  if (request.path == "/v1/ended") return get ? list_ended(*query, world) : wrong_method("GET");
  if (request.path == "/v1/revocations") {
    if (get) return list_revocations(world);
    if (request.method == Method::kPost) return revoke(request, world);
    if (request.method == Method::kDelete) return lift(*query, world);
    return wrong_method("GET, POST, DELETE");
  }
  if (request.path.starts_with(kSessions)) {
    if (request.method != Method::kDelete) return wrong_method("DELETE");
    return end_session(std::string_view(request.path).substr(kSessions.size()), world);
  }
  return problem(404, "there is /v1/status, /v1/sessions, /v1/ended and /v1/revocations");
}

}  // namespace turnpike::server
