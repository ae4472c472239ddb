#include "credentials/api/api.h"

#include <fmt/format.h>

#include <algorithm>

#include "credentials/api/api_call.h"
#include "credentials/api/render_answer.h"
#include "http/core/problem.h"

namespace turnpike::credentials::api {

using http::Request;
using http::Response;

namespace {

/// Origin, or the page's word for it where no browser sends one.
std::string origin_of(const Request& request, const Parameters& parameters) {
  const std::string_view header = request.headers.find("Origin");
  return header.empty() ? parameters.find({"origin"}).value_or("") : std::string(header);
}

bool manages(Action action) {
  switch (action) {
    case Action::kCloudflareRevoke:
    case Action::kList:
    case Action::kRevokeCredential:
    case Action::kRevokeUser:
    case Action::kRevokeSession:
    case Action::kJoin:
    case Action::kLeave:
    case Action::kRevocations:
    case Action::kLift:
      return true;
    case Action::kUberti:
    case Action::kIceServers:
    case Action::kCloudflareObject:
    case Action::kCloudflareArray:
    case Action::kTwilio:
    case Action::kXirsysV2:
    case Action::kXirsysV3:
    case Action::kMetered:
    case Action::kMeteredCreate:
    case Action::kMatrix:
    case Action::kKinesis:
    case Action::kNextcloud:
    case Action::kXmpp:
    case Action::kOpenVidu:
    case Action::kMint:
    case Action::kOpenApi:
      break;
  }
  return false;
}

}  // namespace

Api::Api(ApiSettings settings, World& world)
    : settings_(std::move(settings)), world_(world), failed_logins_(settings_.failed_logins) {}

Response Api::handle(const Request& request) {
  if (http::is_preflight(request)) return http::answer_preflight(settings_.cors, request);
  Response response = [&] {
    const Found found = find_route(request.method, request.path);
    if (found.route == nullptr) {
      if (found.allow.empty()) return render_failure(Shape::kOwn, {404, "there is no such path"});
      Response refused = render_failure(found.shape, {405, "allowed here: " + found.allow});
      refused.headers.set("Allow", found.allow);
      return refused;
    }
    // A resource of a higher level does not exist on a lower one.
    if (request.trust < found.route->trust || request.trust == http::TrustLevel::kWebhook) {
      return render_failure(Shape::kOwn, {404, "there is no such path"});
    }
    if (found.route->action == Action::kOpenApi) return Response::json(200, render_openapi());
    auto parameters = Parameters::read(request);
    if (!parameters) return render_failure(found.route->shape, {400, parameters.error()});
    Call call{.request = request,
              .route = *found.route,
              .path = found.values,
              .parameters = std::move(*parameters),
              .caller = {},
              .origin = {}};
    return dispatch(call);
  }();
  http::add_cors(settings_.cors, request, response);
  return response;
}

Response Api::dispatch(Call& call) {
  const Now now = world_.now();
  const std::string address = call.request.client.ip.to_string();
  auto caller = find_caller(call.request, call.parameters, world_);
  if (!caller) {
    const std::uint64_t wait = failed_logins_.take(address, now.monotonic);
    if (wait > 0) return call.fail_with({429, "too many failed attempts", wait});
    world_.audit({"refuse", "", call.request.path, address, "", "no valid key"});
    return call.fail_with(caller.error());
  }
  call.caller = std::move(*caller);
  call.origin = origin_of(call.request, call.parameters);
  if (manages(call.route.action) && !call.caller.policy.may_manage) {
    return call.fail_with({403, "this key may not list or revoke credentials"});
  }
  switch (call.route.action) {
    case Action::kJoin:
      return join(call);
    case Action::kList:
      return list(call);
    case Action::kCloudflareRevoke:
    case Action::kRevokeCredential:
    case Action::kRevokeUser:
    case Action::kRevokeSession:
    case Action::kLeave:
      return revoke(call);
    case Action::kRevocations:
      return revocations();
    case Action::kLift:
      return lift(call);
    case Action::kUberti:
    case Action::kIceServers:
    case Action::kCloudflareObject:
    case Action::kCloudflareArray:
    case Action::kTwilio:
    case Action::kXirsysV2:
    case Action::kXirsysV3:
    case Action::kMetered:
    case Action::kMeteredCreate:
    case Action::kMatrix:
    case Action::kKinesis:
    case Action::kNextcloud:
    case Action::kXmpp:
    case Action::kOpenVidu:
    case Action::kMint:
    case Action::kOpenApi:
      break;
  }
  return give(call);
}

Result<void, Failure> Api::choose_relays(const Call& call, IceAnswer& answer) {
  Transports wish;
  if (const auto text = call.parameters.find({"transports"})) {
    const auto parsed = parse_transports(*text);
    if (!parsed) {
      return fail(Failure{.status = 400,
                          .detail = "transports: write udp, tcp or tls, separated by commas"});
    }
    wish = *parsed;
  }
  const std::string region = call.parameters.find({"region"}).value_or("");
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < settings_.relays.size(); ++i) {
    if (world_.is_relay_usable(i)) order.push_back(i);
  }
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) {
    return !region.empty() && settings_.relays[i].region == region;
  });
  for (std::size_t n = 0; n < std::min(order.size(), settings_.max_relays); ++n) {
    const RelayEntry& relay = settings_.relays[order[n]];
    if (auto url = stun_url(relay)) answer.stun.push_back(std::move(*url));
    for (std::string& url : turn_urls(relay, wish)) answer.turn.push_back(std::move(url));
  }
  if (answer.turn.empty()) {
    return fail(Failure{.status = 503,
                        .detail = order.empty() ? "no relay is up" : "no relay serves that",
                        .retry_after_s = kRetryUnavailable_s});
  }
  return {};
}

Result<void, Failure> Api::check_not_revoked(const MintedCredential& credential) {
  const auto rule = world_.revocation_of(credential.username);
  if (!rule) return {};
  return fail(Failure{
      .status = 403,
      .detail = fmt::format("{} {} is revoked until {}; DELETE /v1/revocations?kind={}&value=… "
                            "lifts it",
                            revocation_kind_name(rule->kind), rule->value, iso_time(rule->until_s),
                            revocation_kind_name(rule->kind))});
}

Result<IceAnswer, Failure> Api::mint_for(const Call& call, std::string_view user,
                                         std::string_view session) {
  const CallerPolicy& policy = call.caller.policy;
  if (auto allowed = check_policy(policy, call.origin, user); !allowed) {
    return fail(allowed.error());
  }
  const Now now = world_.now();
  if (policy.per_minute > 0) {
    const http::RateLimit limit{.per_minute = policy.per_minute, .burst = policy.per_minute};
    auto& limiter = mints_.try_emplace(call.caller.name, limit).first->second;
    if (const std::uint64_t wait = limiter.take(call.caller.name, now.monotonic); wait > 0) {
      return fail(Failure{429, "this key has had its credentials of this minute", wait});
    }
  }
  const auto ttl = call.parameters.number({"ttl", "Ttl", "expire", "expiryInSeconds"});
  if (!ttl) return fail(Failure{.status = 400, .detail = ttl.error()});
  MintRequest wish{.user = user, .session = session};
  if (*ttl) wish.lifetime = seconds(std::min<std::int64_t>(**ttl, INT32_MAX));
  MintSettings settings = settings_.mint;
  if (policy.max_lifetime) {
    settings.max_lifetime = std::min(settings.max_lifetime, *policy.max_lifetime);
  }
  IceAnswer answer;
  answer.now = now.wall;
  answer.relay_only = settings_.relay_only;
  if (const auto text = call.parameters.find({"policy"})) answer.relay_only = *text == "relay";
  if (auto chosen = choose_relays(call, answer); !chosen) return fail(chosen.error());
  auto credential = mint(world_.digests(), settings, wish, now.wall);
  if (!credential) {
    return fail(Failure{.status = credential.error() == MintFailure::kNoSecret ? 503U : 400U,
                        .detail = std::string(mint_failure_text(credential.error()))});
  }
  answer.credential = std::move(*credential);
  if (auto good = check_not_revoked(answer.credential); !good) return fail(good.error());
  const Issued issued{.username = answer.credential.username,
                      .user = std::string(user),
                      .session = std::string(session),
                      .caller = call.caller.name,
                      .origin = call.origin,
                      .call_id = call.parameters.find({"call_id", "callId"}).value_or(""),
                      .issued_s = unix_seconds(now.wall),
                      .expires_s = answer.credential.expires_s};
  if (auto recorded = world_.record(issued); !recorded) return fail(unavailable(recorded.error()));
  world_.audit({"mint", call.caller.name, issued.username, call.request.client.ip.to_string(),
                call.origin, ""});
  return answer;
}

Response Api::give(Call& call) {
  const Action action = call.route.action;
  if (action == Action::kUberti) {
    const auto service = call.parameters.find({"service"});
    if (service && *service != "turn") {
      return call.fail_with({.status = 400, .detail = "service: there is only turn"});
    }
  }
  const CallerPolicy& policy = call.caller.policy;
  const std::string user =
      !policy.identity.empty()
          ? policy.identity
          : call.parameters
                .find({"username", "user", "customIdentifier", "label", "ClientId", "Username"})
                .value_or("");
  const std::string session = call.parameters.find({"session"}).value_or("");
  const auto answer = mint_for(call, user, session);
  if (!answer) return call.fail_with(answer.error());
  Response response = render_answer(call.route, *answer, call.path_value("sid"), user,
                                    call.parameters.find({"format"}).value_or("") == "urls");
  http::set_no_store(response);
  return response;
}

Response Api::join(Call& call) {
  const std::string session = call.path_value("session");
  const auto user = call.parameters.find({"participant", "user", "username"});
  if (!user) return call.fail_with({.status = 400, .detail = "participant is missing"});
  const auto answer = mint_for(call, *user, session);
  if (!answer) return call.fail_with(answer.error());
  Response response = Response::json(call.route.success, superset_body(*answer));
  http::set_no_store(response);
  return response;
}

}  // namespace turnpike::credentials::api
