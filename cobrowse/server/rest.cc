#include "cobrowse/server/rest.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "http/core/entry_paths.h"
#include "http/core/json.h"
#include "http/core/problem.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;
using http::Method;
using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kSessions = "/v1/sessions";
constexpr std::size_t kMaxUrl = 8192;
constexpr std::size_t kMaxToken = 64;

Response answer(unsigned status, const json::value& body) {
  Response response = Response::json(status, http::to_json(body));
  http::set_no_store(response);
  return response;
}

Response refused(const Refusal& refusal) {
  Response response = problem(refusal.status, refusal.detail);
  if (refusal.retry_after_s > 0) http::set_retry_after(response, refusal.retry_after_s);
  return response;
}

Response wrong_method(std::string_view allow) {
  Response response = problem(405, fmt::format("allowed here: {}", allow));
  response.headers.set("Allow", allow);
  return response;
}

bool is_get(const Request& request) {
  return request.method == Method::kGet || request.method == Method::kHead;
}

/// Members of a body, each with its bound.
class Body {
 public:
  static Result<Body, std::string> read(const Request& request) {
    auto object = http::parse_json_object(request.body, {}, true);
    if (!object) return fail(object.error());
    return Body(*std::move(object));
  }
  Result<std::string, std::string> text(std::string_view name, std::size_t most,
                                        std::string_view otherwise = {}) const {
    const auto value = http::text_member(object_, name);
    if (!value) return fail(value.error());
    const std::string text = value->value_or(std::string(otherwise));
    if (text.size() > most) return fail(fmt::format("{}: at most {} bytes", name, most));
    return text;
  }

 private:
  explicit Body(json::object object) : object_(std::move(object)) {}
  json::object object_;
};

bool is_web_address(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

Result<NewSession, std::string> read_new_session(const Request& request, const Agent& agent) {
  const auto body = Body::read(request);
  if (!body) return fail(body.error());
  const auto kind_word = body->text("kind", 20, "universal");
  const auto url = body->text("start_url", kMaxUrl);
  const auto name = body->text("name", 200);
  const auto mode_word = body->text("mode", 20);
  for (const auto* const part : {&kind_word, &url, &name, &mode_word}) {
    if (!*part) return fail(part->error());
  }
  const auto kind = parse_kind(*kind_word);
  if (!kind) return fail(kind.error());
  NewSession wanted{.kind = *kind, .name = *name, .start_url = *url, .owner = agent.name};
  if (!mode_word->empty()) {
    const auto mode = parse_mode(*mode_word);
    if (!mode) return fail(mode.error());
    wanted.mode = *mode;
  }
  const bool is_document = wanted.kind == SessionKind::kDocument;
  if (is_document && !wanted.start_url.empty()) {
    return fail(std::string("start_url: a session of documents has none"));
  }
  if (!is_document && !is_web_address(wanted.start_url)) {
    return fail(std::string("start_url: write an address that begins with https:// or http://"));
  }
  return wanted;
}

}  // namespace

Rest::Rest(Sessions& sessions, Agents& agents, std::function<Now()> now, std::string public_prefix,
           std::string internal_prefix)
    : sessions_(sessions),
      agents_(agents),
      now_(std::move(now)),
      public_socket_(std::move(public_prefix) + "/v1/socket"),
      internal_socket_(std::move(internal_prefix) + "/v1/socket") {}

Response Rest::handle(const Request& request) {
  if (request.path == "/v1/join") {
    return request.method == Method::kPost ? join_invited(request) : wrong_method("POST");
  }
  if (request.path == kSessions || request.path.starts_with(std::string(kSessions) + "/")) {
    if (http::may_reach(request.trust, http::TrustLevel::kInternal)) return for_agents(request);
  }
  return problem(404, "there is no such path");
}

Response Rest::joined(const Result<Joined, Refusal>& result, const std::string& socket) {
  if (!result) return refused(result.error());
  return answer(201, json::object{{"session", result->session},
                                  {"token", result->token},
                                  {"socket", socket + "?session=" + result->session}});
}

Response Rest::join_invited(const Request& request) {
  const auto body = Body::read(request);
  if (!body) return problem(400, body.error());
  const auto token = body->text("invite", kMaxToken);
  const auto pin = body->text("pin", 6);
  const auto name = body->text("name", 200);
  for (const auto* const part : {&token, &pin, &name}) {
    if (!*part) return problem(400, part->error());
  }
  if (token->empty() && pin->size() != 6)
    return problem(400, "write an invite, or a PIN of 6 digits");
  return joined(sessions_.join_invited(*token, *pin, *name, request.client.ip), public_socket_);
}

Response Rest::for_agents(const Request& request) {
  const auto agent = agents_.admit(request, now_());
  if (!agent) {
    const AgentRefusal& why = agent.error();
    Response response =
        refused({why.status, why.status == 429 ? "too many wrong keys" : "no valid key or token",
                 why.retry_after_s});
    // RFC 9110 section 11.6.1
    if (why.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
    return response;
  }
  if (request.path == kSessions) {
    if (is_get(request)) return list();
    return request.method == Method::kPost ? make(request, *agent) : wrong_method("GET, POST");
  }
  return one(request, std::string_view(request.path).substr(kSessions.size() + 1), *agent);
}

Response Rest::make(const Request& request, const Agent& agent) {
  const auto wanted = read_new_session(request, agent);
  if (!wanted) return problem(400, wanted.error());
  if (wanted->kind == SessionKind::kDocument && !sessions_.shows_documents()) {
    return problem(400, "kind: documents are off on this server, write universal");
  }
  const auto made = sessions_.make(*wanted);
  return made ? answer(201, *made) : refused(made.error());
}

Response Rest::list() {
  json::array all = sessions_.list();
  const std::size_t running = all.size();
  return answer(200, json::object{{"sessions", std::move(all)},
                                  {"capacity",
                                   json::object{{"running", running}, {"max", sessions_.max()}}}});
}

Response Rest::one(const Request& request, std::string_view rest, const Agent& agent) {
  const std::size_t slash = rest.find('/');
  const std::string id(rest.substr(0, slash));
  const std::string_view action =
      slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  if (action.empty()) {
    if (is_get(request)) {
      const auto found = sessions_.find(id);
      return found ? answer(200, *found) : problem(404, "there is no such session");
    }
    if (request.method != Method::kDelete) return wrong_method("GET, DELETE");
    const auto ended = sessions_.end(id, agent.name, agent.admin);
    if (!ended) return refused(ended.error());
    return {.status = 204, .headers = {}, .body = {}};
  }
  if (action != "invites" && action != "join") return problem(404, "there is no such path");
  if (request.method != Method::kPost) return wrong_method("POST");
  return action == "invites" ? invite(request, id) : join(request, id, agent);
}

Response Rest::invite(const Request& request, const std::string& id) {
  const auto body = Body::read(request);
  if (!body) return problem(400, body.error());
  const auto word = body->text("role", 20, "visitor");
  const auto role = parse_role(word.value_or(""));
  if (!role || (*role != Role::kVisitor && *role != Role::kObserver)) {
    return problem(400, "role: invites are for a visitor or an observer");
  }
  const auto made = sessions_.invite(id, *role);
  return made ? answer(201, *made) : refused(made.error());
}

Response Rest::join(const Request& request, const std::string& id, const Agent& agent) {
  const auto body = Body::read(request);
  if (!body) return problem(400, body.error());
  const auto name = body->text("name", 200, agent.name);
  const auto word = body->text("role", 20, "agent");
  if (!name) return problem(400, name.error());
  const auto role = parse_role(word.value_or(""));
  if (!role || *role == Role::kVisitor) {
    return problem(400, "role: write agent, observer or recorder");
  }
  return joined(sessions_.join(id, *name, *role), internal_socket_);
}

}  // namespace turnpike::cobrowse
