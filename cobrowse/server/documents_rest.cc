#include "cobrowse/server/documents_rest.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>

#include "base/base64.h"
#include "http/core/authorization.h"
#include "http/core/form.h"
#include "http/core/json.h"
#include "http/core/problem.h"
#include "relay/crypto/openssl_digests.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;
using documents::AddProblem;
using documents::DocumentState;
using http::Method;
using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kDocuments = "/v1/documents";
constexpr std::uint64_t kRetryAfter_s = 5;

std::string_view state_word(DocumentState state) {
  switch (state) {
    case DocumentState::kReady:
      return "ready";
    case DocumentState::kFailed:
      return "failed";
    case DocumentState::kKept:
      return "kept";
    case DocumentState::kConverting:
      break;
  }
  return "converting";
}

json::object describe_one(const documents::Document& one) {
  json::object object{{"id", one.id}, {"name", one.name}, {"state", state_word(one.state)}};
  if (one.is_download) object["download"] = true;
  if (one.pages > 0) object["pages"] = one.pages;
  if (!one.problem.empty()) object["text"] = one.problem;
  return object;
}

Response refused(const documents::AddRefusal& refusal) {
  unsigned status = 500;
  switch (refusal.problem) {
    case AddProblem::kNotShown:
      status = 415;
      break;
    case AddProblem::kTooBig:
      status = 413;
      break;
    case AddProblem::kTooMany:
      status = 409;
      break;
    case AddProblem::kBusy:
      status = 429;
      break;
    case AddProblem::kNoRoom:
      status = 507;
      break;
  }
  Response response = problem(status, refusal.text);
  if (status == 429) http::set_retry_after(response, kRetryAfter_s);
  return response;
}

Response answer(unsigned status, const json::value& body) {
  Response response = Response::json(status, http::to_json(body));
  http::set_no_store(response);
  return response;
}

/// What stands behind the path, without its slash; nothing: it is another path.
std::optional<std::string_view> id_in(std::string_view path) {
  if (!path.starts_with(kDocuments)) return std::nullopt;
  path.remove_prefix(kDocuments.size());
  if (!path.empty() && path.front() != '/') return std::nullopt;
  return path.empty() ? path : path.substr(1);
}

std::string name_in(const Request& request) {
  const auto form = http::parse_form(request.query);
  return form ? std::string(form->find("name").value_or("")) : std::string();
}

Response as_file(std::string content, std::string_view type) {
  Response response{.status = 200, .headers = {}, .body = std::move(content)};
  response.headers.set("Content-Type", type);
  http::set_no_store(response);
  return response;
}

std::string who_is(const KnownPerson& person) {
  return fmt::format("{} {}", person.id.value, person.name);
}

bool decides(Role role) {
  return role == Role::kVisitor || role == Role::kAgent;
}

}  // namespace

json::array describe(const std::vector<documents::Document>& list) {
  json::array all;
  for (const documents::Document& one : list) all.push_back(describe_one(one));
  return all;
}

http::BodyAllowance DocumentsRest::allow_body(const Request& request) {
  const auto id = store_ == nullptr ? std::nullopt : id_in(request.path);
  const bool adds = request.path == kDocuments && request.method == Method::kPost;
  const bool saves = id && !id->empty() && request.method == Method::kGet;
  const auto token = id && (adds || saves)
                         ? http::parse_bearer(request.headers.find("Authorization"))
                         : std::nullopt;
  if (!token) return {};
  auto person = sessions_.person_of(*token);
  const bool is_here = person.has_value();
  if (!person && adds && elsewhere_) person = elsewhere_(*token);
  if (!person || !decides(person->role)) return {};
  if (saves) {
    auto place = place_in(saves_, person->session);
    return {.hold = place, .is_busy = place == nullptr};
  }
  if (is_here && store_->may_add(person->session)) return {};
  return allow_upload(person->session);
}

http::BodyAllowance DocumentsRest::allow_download(const Request& request) {
  const bool adds =
      store_ != nullptr && request.method == Method::kPost && id_in(request.path) == "";
  const auto session = adds ? session_of_renderer(request) : std::nullopt;
  return !session || store_->may_add(*session) ? http::BodyAllowance{} : allow_upload(*session);
}

http::BodyAllowance DocumentsRest::allow_upload(const std::string& session) {
  auto place = place_in(uploads_, session);
  if (!place) return {.is_busy = true};
  return {.bytes = store_->settings().max_bytes, .hold = std::move(place)};
}

std::shared_ptr<void> DocumentsRest::place_in(const std::shared_ptr<Transfers>& transfers,
                                              const std::string& session) {
  const std::lock_guard lock(transfers->mutex);
  const auto known = transfers->of_session.find(session);
  const std::size_t of_session = known == transfers->of_session.end() ? 0 : known->second;
  if (transfers->all >= transfers->most || of_session >= transfers->most_of_session) return {};
  ++transfers->all;
  ++transfers->of_session[session];
  return {transfers.get(), [transfers, session](void*) {
            const std::lock_guard let(transfers->mutex);
            --transfers->all;
            if (--transfers->of_session[session] == 0) transfers->of_session.erase(session);
          }};
}

std::optional<Response> DocumentsRest::for_people(const Request& request) {
  const auto id = id_in(request.path);
  if (!id || store_ == nullptr) return std::nullopt;
  const auto token = http::parse_bearer(request.headers.find("Authorization"));
  const auto person = token ? sessions_.person_of(*token) : std::nullopt;
  if (!person) {
    Response response = problem(401, "documents are for the people of a session");
    response.headers.set("WWW-Authenticate", "Bearer");
    return response;
  }
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  if (reads && id->empty()) {
    return answer(200, json::object{{"documents", describe(store_->list(person->session))}});
  }
  const bool saves = request.method == Method::kGet && !id->empty();
  if (saves && decides(person->role)) return save(*person, std::string(*id));
  const bool adds = request.method == Method::kPost && id->empty();
  const bool removes = request.method == Method::kDelete && !id->empty();
  if (!saves && !adds && !removes) {
    Response response = problem(405, "this is not done with a document");
    response.headers.set("Allow", id->empty() ? "GET, POST" : "GET, DELETE");
    return response;
  }
  if (!decides(person->role)) return problem(403, "only visitors and agents do that");
  return adds ? add(request, *person) : remove(*person, std::string(*id));
}

Response DocumentsRest::add(const Request& request, const KnownPerson& person) {
  const auto added = store_->add(person.session, name_in(request), as_bytes(request.body));
  if (!sessions_.find(person.session)) store_->forget(person.session);  // it has ended meanwhile
  if (!added) return refused(added.error());
  note_added(person.session, "upload", who_is(person), *added, request.body);
  return answer(201, describe_one(*added));
}

/// A renderer has no roles; what its page gives is for all.
Response DocumentsRest::add_download(const Request& request, const std::string& session) {
  if (!sessions_.keeps_downloads()) return problem(403, "downloads are not kept here");
  const auto added = store_->add_download(session, name_in(request), as_bytes(request.body));
  if (!sessions_.find(session)) store_->forget(session);
  if (!added) return refused(added.error());
  note_added(session, "download", "", *added, request.body);
  return answer(201, describe_one(*added));
}

void DocumentsRest::note_added(const std::string& session, std::string_view action, std::string who,
                               const documents::Document& document, std::string_view content) {
  const Sha256 sum = crypto::OpensslDigests().sha256({as_bytes(content)});
  sessions_.note(session, {.action = std::string(action),
                           .who = std::move(who),
                           .detail = fmt::format("{} {} sha256 {}", document.id, document.name,
                                                 hex_encode(sum))});
}

/// Only what a page has given: what somebody uploads is shown to the others, and is his.
Response DocumentsRest::save(const KnownPerson& person, const std::string& id) {
  const auto list = store_->list(person.session);
  const auto one = std::ranges::find(list, id, &documents::Document::id);
  auto file =
      one != list.end() && one->is_download ? store_->read(person.session, id, true) : std::nullopt;
  if (!file) return problem(404, "there is no such download");
  sessions_.note(
      person.session,
      {.action = "save", .who = who_is(person), .detail = fmt::format("{} {}", id, one->name)});
  Response response = as_file(std::move(file->content), "application/octet-stream");
  response.headers.set("Content-Disposition", "attachment");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Content-Security-Policy", "sandbox");
  return response;
}

Response DocumentsRest::remove(const KnownPerson& person, const std::string& id) {
  if (!store_->remove(person.session, id)) return problem(404, "there is no such document");
  return {.status = 204, .headers = {}, .body = {}};
}

std::optional<std::string> DocumentsRest::session_of_renderer(const Request& request) {
  const auto shown = http::parse_bearer(request.headers.find("Authorization"));
  const std::size_t dot = shown ? shown->find('.') : std::string_view::npos;
  if (dot == std::string_view::npos) return std::nullopt;
  return sessions_.session_of_renderer(std::string(shown->substr(0, dot)), shown->substr(dot + 1));
}

Response DocumentsRest::for_renderer(const Request& request) {
  const auto id = id_in(request.path);
  if (!id || store_ == nullptr) return problem(404, "there is no such path");
  const auto session = session_of_renderer(request);
  if (!session) return problem(401, "renderers only");
  if (request.method == Method::kPost && id->empty()) return add_download(request, *session);
  if (request.method != Method::kGet) return problem(405, "this is not done with a document");
  const bool original = request.query == "original=1";
  auto file = store_->read(*session, std::string(*id), original);
  if (!file) return problem(404, "there is no such document");
  return as_file(std::move(file->content),
                 original ? "application/octet-stream" : "application/pdf");
}

}  // namespace turnpike::cobrowse
