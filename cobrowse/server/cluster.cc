#include "cobrowse/server/cluster.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cstdlib>

#include "base/base64.h"
#include "base/log.h"
#include "http/core/attempt_guard.h"
#include "http/core/authorization.h"
#include "http/core/json.h"
#include "http/core/problem.h"

namespace turnpike::cobrowse {
namespace {

using http::Method;

constexpr std::int64_t kPassLife_s = 60;
constexpr std::uint64_t kRetry_s = 2;
constexpr std::string_view kSessions = "/v1/sessions";

http::Response wait_a_little(std::string_view why) {
  http::Response response = http::problem(503, why);
  http::set_retry_after(response, kRetry_s);
  return response;
}

constexpr std::string_view kFromThisAddress = "too many wrong invites from this address";
constexpr std::string_view kTooManyPins = "too many wrong PINs are being tried, use the link";

http::Response guessed_too_often(std::uint64_t wait_s, std::string_view what) {
  http::Response response = http::problem(429, what);
  http::set_retry_after(response, wait_s);
  return response;
}

std::string seal(const Digests& digests, const Secret& secret, const http::Request& request,
                 std::string_view said) {
  const std::string text =
      fmt::format("{} {}\n{}", http::method_name(request.method), request.target, said);
  return hex_encode(digests.hmac_sha256(secret.reveal_bytes(), {as_bytes(text)}));
}

/// Sessions are named in the path, in the query of a socket, or at the beginning of a token: of a
/// participant's, and of a renderer's, whose name begins with the session's.
std::string session_in(const http::Request& request) {
  const std::string_view path = request.path;
  if (path.starts_with(kSessions)) {
    const std::string_view rest = path.substr(std::min(path.size(), kSessions.size() + 1));
    return std::string(rest.substr(0, rest.find('/')));
  }
  if (!path.starts_with("/v1/")) return {};
  constexpr std::string_view kQuery = "session=";
  if (request.query.starts_with(kQuery)) return request.query.substr(kQuery.size());
  const auto token = http::parse_bearer(request.headers.find("Authorization"));
  const std::size_t dot = token ? token->find('.') : std::string_view::npos;
  return dot == std::string_view::npos
             ? std::string()
             : std::string(token->substr(0, std::min(dot, kSessionIdChars)));
}

}  // namespace

std::string make_pass(const Digests& digests, const Secret& secret, const http::Request& request,
                      std::int64_t time_s) {
  const std::string said =
      fmt::format("{} {} {}", time_s, request.client.ip.to_string(), request.tls ? 1 : 0);
  return said + " " + seal(digests, secret, request, said);
}

bool take_pass(const Digests& digests, const Secret& secret, http::Request& request,
               std::int64_t time_s) {
  const std::string_view pass = request.headers.find(kPassHeader);
  const std::size_t last = pass.rfind(' ');
  if (last == std::string_view::npos || request.headers.count(kPassHeader) != 1) return false;
  const std::string_view said = pass.substr(0, last);
  if (!http::equal_in_constant_time(pass.substr(last + 1), seal(digests, secret, request, said))) {
    return false;
  }
  const std::size_t first = said.find(' '), second = said.rfind(' ');
  std::int64_t made_s = 0;
  std::from_chars(said.data(), said.data() + first, made_s);
  const auto address = IpAddress::parse(said.substr(first + 1, second - first - 1));
  if (!address || std::abs(time_s - made_s) > kPassLife_s) return false;
  request.client = {*address, 0};
  request.tls = said.ends_with(" 1");
  return true;
}

Cluster::Cluster(ClusterSettings settings, RedisStore& store, const Digests& digests, Here here)
    : settings_(std::move(settings)), store_(store), digests_(digests), here_(std::move(here)) {}

std::string Cluster::hash(std::string_view text) const {
  return hex_encode(digests_.sha256({as_bytes(text)}));
}

std::optional<http::Response> Cluster::admit(http::Request& request) const {
  if (!request.headers.has(kPassHeader)) return std::nullopt;
  if (take_pass(digests_, settings_.secret, request, here_.time_s())) return std::nullopt;
  LOG(kWarning, "a request from {} has a wrong pass: is cluster.secret the same on all servers?",
      request.client.ip.to_string());
  return http::problem(403, "this pass is not of one of our servers");
}

http::ForwardAnswer Cluster::route(const http::Request& request) const {
  if (request.path == "/v1/join" && request.method == Method::kPost) return route_join(request);
  if (request.path == kSessions) {
    if (request.method != Method::kPost || request.headers.has(kPassHeader) || !here_.is_full()) {
      return {};
    }
    const std::string server = store_.server_with_room();
    return server.empty() ? http::ForwardAnswer{} : to_server(request, server);
  }
  const std::string session = session_in(request);
  return session.empty() ? http::ForwardAnswer{} : to_owner(request, session);
}

std::optional<KnownPerson> Cluster::person_of(std::string_view token) const {
  const std::size_t dot = token.find('.');
  if (dot != kSessionIdChars) return std::nullopt;
  const auto record = parse_session_record(store_.state_of(std::string(token.substr(0, dot))));
  return record ? find_person(*record, hash(token)) : std::nullopt;
}

http::ForwardAnswer Cluster::to_owner(const http::Request& request,
                                      const std::string& session) const {
  const SessionOwner owner = store_.owner_of(session);
  switch (owner.kind) {
    case SessionOwner::Kind::kThis:
    case SessionOwner::Kind::kNone:
      return {};
    case SessionOwner::Kind::kNobody:
      return wait_a_little("the server of this session is away");
    case SessionOwner::Kind::kAway:
      return wait_a_little("which server has this session cannot be seen now");
    case SessionOwner::Kind::kOther:
      break;
  }
  if (request.headers.has(kPassHeader)) return wait_a_little("this session is on its way");
  return to_server(request, owner.server);
}

http::ForwardAnswer Cluster::to_server(const http::Request& request,
                                       const std::string& server) const {
  http::ForwardTo to{.url = server, .tls = settings_.tls};
  to.headers.set(kPassHeader, make_pass(digests_, settings_.secret, request, here_.time_s()));
  return to;
}

http::ForwardAnswer Cluster::route_join(const http::Request& request) const {
  if (request.headers.has(kPassHeader)) return {};
  const auto body = http::parse_json_object(request.body);
  if (!body) return {};
  const std::string link = http::text_of(*body, "invite"), pin = http::text_of(*body, "pin");
  if (link.empty() && pin.size() != 6) return {};
  const std::string suspect = hash(http::suspect_of(request.client.ip));
  const std::uint64_t wait = store_.guess_wait(suspect);
  if (wait > 0 && link.empty()) return guessed_too_often(wait, kFromThisAddress);
  const std::uint64_t pins_wait = link.empty() ? here_.pins_wait() : 0;
  if (pins_wait > 0) return guessed_too_often(pins_wait, kTooManyPins);
  // As Sessions has them.
  const auto session = store_.session_of_invite(
      link.empty() ? hash_pin(digests_, settings_.secrets, pin) : hash(link));
  if (!session) return {};
  if (!session->empty()) return to_owner(request, *session);
  if (wait > 0) return guessed_too_often(wait, kFromThisAddress);
  store_.guess_failed(suspect);
  return {};
}

http::Response Cluster::finish(const http::Request& request, http::Response response) const {
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  if (response.status == 404 && store_.is_away() && request.path.starts_with("/v1/")) {
    return wait_a_little("what other servers have cannot be seen now");
  }
  if (!reads) store_.flush();
  if (request.path != kSessions || !reads || response.status != 200) return response;
  auto body = http::parse_json_object(response.body, {.bytes = 64 << 20});
  if (!body || !body->contains("sessions")) return response;
  for (const std::string& view : store_.other_views()) {
    auto one = http::parse_json_object(view);
    if (one && !one->empty()) (*body)["sessions"].as_array().emplace_back(*std::move(one));
  }
  response.body = http::to_json(*body);
  return response;
}

}  // namespace turnpike::cobrowse
