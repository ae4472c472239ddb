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

Failure revoked(const Revocation& rule) {
  const std::string_view kind = revocation_kind_name(rule.kind);
  return {.status = 403,
          .detail = fmt::format("{} {} is revoked until {}; DELETE /v1/revocations?kind={}&value=… "
                                "lifts it",
                                kind, rule.value, iso_time(rule.until_s), kind)};
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
    case Action::kKeys:
    case Action::kMakeKey:
    case Action::kRemoveKey:
    case Action::kAudit:
    case Action::kAccounting:
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
    : settings_(std::move(settings)), world_(world), wrong_keys_(settings_.wrong_keys) {}

Response Api::handle(const Request& request) {
  if (http::is_preflight(request)) return http::answer_preflight(settings_.cors, request);
  Response response = [&] {
    const Found found = find_route(request.method, request.path, request.trust);
    if (found.route == nullptr) {
      if (found.allow.empty()) return render_failure(Shape::kOwn, {404, "there is no such path"});
      Response refused = render_failure(found.shape, {405, "allowed here: " + found.allow});
      refused.headers.set("Allow", found.allow);
      return refused;
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

Result<Caller, Failure> Api::admit(const Call& call) {
  if (!call.request.certificate_subject.empty()) {
    if (auto caller = world_.find_certificate(call.request.certificate_subject)) return *caller;
  }
  const Presented presented = find_presented(call.request, call.parameters, call.path_value("key"));
  if (presented.kind == Presented::Kind::kNothing) {
    return fail(Failure{.status = 401, .detail = "no valid API key, token or certificate"});
  }
  return admit_presented(call, presented);
}

/// Who guesses at one key does not keep others of his address from using theirs. A signature cannot
/// be guessed, so a good token is taken whatever came before it; old tokens of many users behind
/// one address would lock them all out otherwise.
Result<Caller, Failure> Api::admit_presented(const Call& call, const Presented& presented) {
  const Now now = world_.now();
  std::string suspect = http::suspect_of(call.request.client.ip);
  if (presented.kind == Presented::Kind::kToken) {
    suspect += "|token";
  } else if (presented.kind == Presented::Kind::kKey && world_.find_key(presented.id)) {
    suspect += '|';
    suspect += presented.id;
  }
  const std::uint64_t wait = wrong_keys_.wait(suspect, now.monotonic);
  const Failure held{429, "too many wrong keys", wait};
  if (wait > 0 && presented.kind != Presented::Kind::kToken) return fail(held);
  auto caller = check_presented(presented, settings_.tokens, world_);
  if (caller) return *std::move(caller);
  if (wait > 0) return fail(held);
  wrong_keys_.failed(suspect, now.monotonic);
  world_.audit(
      {"refuse", "", call.request.path, call.request.client.ip.to_string(), "", caller.error()});
  return fail(Failure{.status = 401, .detail = "no valid API key, token or certificate"});
}

Response Api::dispatch(Call& call) {
  auto caller = admit(call);
  if (!caller) return call.fail_with(caller.error());
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
      return revocations(call);
    case Action::kLift:
      return lift(call);
    case Action::kKeys:
      return keys(call);
    case Action::kMakeKey:
      return make_key(call);
    case Action::kRemoveKey:
      return remove_key(call);
    case Action::kAudit:
    case Action::kAccounting:
      return export_lines(call);
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

/// A name of its own for who says none: two strangers must not share a credential.
std::string Api::user_or_random(std::string_view user) {
  if (!user.empty()) return std::string(user);
  constexpr std::string_view kCharacters = "abcdefghijkmnpqrstuvwxyz23456789";
  constexpr int kLength = 12;  // 60 bits
  std::string random;
  for (int i = 0; i < kLength; ++i) random += kCharacters[world_.rng().below(kCharacters.size())];
  return random;
}

Result<MintRequest, Failure> Api::read_wish(const Call& call) {
  const auto ttl = call.parameters.number({"ttl", "Ttl", "expire", "expiryInSeconds"});
  if (!ttl) return fail(Failure{.status = 400, .detail = ttl.error()});
  MintRequest wish;
  if (*ttl) wish.lifetime = seconds(std::min<std::int64_t>(**ttl, INT32_MAX));
  return wish;
}

Result<void, Failure> Api::check_user_not_revoked(const MintedCredential& credential,
                                                  const MintRequest& wish) {
  const auto own = world_.revocation_of(credential.username);
  if (own && own->kind != RevocationKind::kCredential) return fail(revoked(*own));
  if (wish.session.empty()) return {};
  // A user who is revoked does not come back by naming a session.
  const auto users = world_.revocation_of(
      fmt::format("{}{}{}", credential.expires_s, settings_.mint.separator, wish.user));
  if (users && users->kind == RevocationKind::kUser) return fail(revoked(*users));
  return {};
}

/// Of one user and one second there is one name. Where that was taken back, the one of a second
/// less: who leaves and joins again at once gets in.
Result<MintedCredential, Failure> Api::mint_unrevoked(const CallerPolicy& policy, MintRequest wish,
                                                      WallTime now) {
  constexpr int kMostSecondsLess = 30;
  MintSettings settings = settings_.mint;
  if (policy.max_lifetime) {
    settings.max_lifetime = std::min(settings.max_lifetime, *policy.max_lifetime);
  }
  for (int less = 0; less <= kMostSecondsLess; ++less) {
    auto credential = mint(world_.digests(), settings, wish, now);
    if (!credential) {
      return fail(Failure{.status = credential.error() == MintFailure::kNoSecret ? 503U : 400U,
                          .detail = std::string(mint_failure_text(credential.error()))});
    }
    if (auto good = check_user_not_revoked(*credential, wish); !good) return fail(good.error());
    if (!world_.revocation_of(credential->username)) return *std::move(credential);
    wish.lifetime = credential->lifetime - seconds(1);
    if (*wish.lifetime <= seconds(0)) break;
  }
  return fail(Failure{.status = 503,
                      .detail = "all credentials of this second were taken back",
                      .retry_after_s = kRetryUnavailable_s});
}

Result<IceAnswer, Failure> Api::mint_for(const Call& call, std::string_view user,
                                         std::string_view session) {
  const CallerPolicy& policy = call.caller.policy;
  const Now now = world_.now();
  if (auto allowed = check_policy(policy, call.origin, user, world_.local_time(now.wall));
      !allowed) {
    return fail(allowed.error());
  }
  auto wish = read_wish(call);
  if (!wish) return fail(wish.error());
  IceAnswer answer;
  answer.now = now.wall;
  answer.relay_only = settings_.relay_only;
  if (const auto text = call.parameters.find({"policy"})) answer.relay_only = *text == "relay";
  if (auto chosen = choose_relays(call, answer); !chosen) return fail(chosen.error());
  if (const std::uint64_t wait = quotas_.take(call.caller.name, policy, now); wait > 0) {
    return fail(Failure{429, "this key has had the credentials of its quota", wait});
  }
  const std::string name = user_or_random(user);
  wish->user = name;
  wish->session = session;
  auto credential = mint_unrevoked(policy, *wish, now.wall);
  if (!credential) return fail(credential.error());
  answer.credential = *std::move(credential);
  const Issued issued{.username = answer.credential.username,
                      .user = name,
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
  auto user = call.parameters.find({"participant", "user", "username"});
  if (!call.caller.policy.identity.empty()) user = call.caller.policy.identity;
  if (!user) return call.fail_with({.status = 400, .detail = "participant is missing"});
  const auto answer = mint_for(call, *user, session);
  if (!answer) return call.fail_with(answer.error());
  Response response = Response::json(call.route.success, superset_body(*answer));
  http::set_no_store(response);
  return response;
}

}  // namespace turnpike::credentials::api
