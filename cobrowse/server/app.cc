#include "cobrowse/server/app.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/json/array.hpp>
#include <charconv>
#include <chrono>

#include "base/base64.h"
#include "base/log.h"
#include "cobrowse/server/own_addresses.h"
#include "cobrowse/server/process_backend.h"
#include "cobrowse/server/renderer_address.h"
#include "cobrowse/server/sockets.h"
#include "cobrowse/server/web_files.h"
#include "http/core/json.h"
#include "http/core/problem.h"
#include "relay/crypto/key_hash.h"

namespace turnpike::cobrowse {
namespace {

// Facts of the state file:
constexpr std::string_view kRendererPort = "renderer_port";
constexpr std::string_view kRendererOwner = "renderer_owner";
constexpr std::size_t kOwnerBytes = 8;

Now now() {
  return {MonotonicTime(std::chrono::steady_clock::now().time_since_epoch()),
          WallTime(std::chrono::system_clock::now().time_since_epoch())};
}

/// Only root gives browsers users of their own.
SessionsSettings sessions_settings(const CobrowsePlan& plan) {
  SessionsSettings settings = plan.sessions;
  if (plan.backend != BackendKind::kProcess || ::geteuid() != 0) settings.uids.reset();
  if (settings.uids && !is_mapped(*settings.uids)) {
    LOG(kWarning,
        "renderer.uid_range: there are no such users in this container, so the browsers "
        "of all sessions run as renderer.user");
    settings.uids.reset();
  }
  boost::json::array own;
  for (const boost::json::value& one : settings.renderer_orders["own_addresses"].as_array()) {
    for (std::string& address : every_own_address(std::string_view(one.as_string()))) {
      own.emplace_back(std::move(address));
    }
  }
  settings.renderer_orders["own_addresses"] = std::move(own);
  return settings;
}

}  // namespace

Result<std::unique_ptr<App>, std::string> App::start(const CobrowsePlan& plan) {
  std::unique_ptr<App> app(new App(plan));
  if (const auto opened = app->open(plan); !opened) return fail(opened.error());
  if (const auto listening = app->listen(plan); !listening) return fail(listening.error());
  return app;
}

App::App(const CobrowsePlan& plan)
    : public_url_(plan.sessions.public_url),
      embed_origins_(plan.embed_origins),
      entry_paths_(plan.front.entry_paths,
                   [](std::string_view password, std::string_view hash) {
                     return crypto::matches_hash(password, hash);
                   }),
      errands_(std::make_unique<Errands>()) {}

App::~App() {
  if (server_) server_->stop();
  if (renderers_) renderers_->stop();
  if (redis_ != nullptr) redis_->mute();
  {
    const std::lock_guard lock(documents_mutex_);
    tells_documents_ = false;  // the store works on for a moment
  }
  sessions_.reset();
  errands_.reset();  // what the sessions have asked for last is still done
}

Result<void, std::string> App::open(const CobrowsePlan& plan) {
  if (const auto opened = open_store(plan); !opened) return opened;
  if (!plan.audit_file.empty()) {
    auto audit = service::AuditLog::open(plan.audit_file, digests_);
    if (!audit) return fail(audit.error());
    audit_ = *std::move(audit);
  }
  if (!plan.front.jwks.empty()) {
    auto jwks = service::JwksSource::open(plan.front.jwks);
    if (!jwks) return fail(jwks.error());
    jwks_ = *std::move(jwks);
  }
  for (const service::RelayWatchSettings& settings : plan.watches) {
    watches_.push_back(std::make_unique<service::RelayWatch>(settings, [this] { return rules(); }));
  }
  if (const auto made = make_backend(plan); !made) return made;
  agents_ = std::make_unique<Agents>(plan.agents, digests_, jwks_.get());
  if (const auto opened = open_documents(plan); !opened) return opened;
  SessionsSettings settings = sessions_settings(plan);
  settings.session.non_pdf = documents_ && documents_->shows_non_pdf();
  sessions_ = std::make_unique<Sessions>(std::move(settings), services(plan));
  documents_rest_ =
      std::make_unique<DocumentsRest>(*sessions_, documents_.get(), [this](std::string_view token) {
        return cluster_ ? cluster_->person_of(token) : std::nullopt;
      });
  rest_ = std::make_unique<Rest>(*sessions_, *agents_, now, plan.sessions.public_prefix,
                                 plan.sessions.internal_prefix);
  if (redis_ != nullptr) join_cluster(plan);
  return {};
}

Result<void, std::string> App::open_store(const CobrowsePlan& plan) {
  if (plan.redis) {
    auto store = RedisStore::open(*plan.redis);
    if (!store) return fail(store.error());
    redis_ = store->get();
    store_ = *std::move(store);
    return {};
  }
  auto store = StateStore::open(plan.state_file);
  if (!store) return fail(store.error());
  store_ = *std::move(store);
  return {};
}

void App::join_cluster(const CobrowsePlan& plan) {
  cluster_ = std::make_unique<Cluster>(
      plan.cluster, *redis_, digests_,
      Cluster::Here{.time_s = [] { return unix_seconds(now().wall); },
                    .is_full = [this] { return sessions_->count() >= sessions_->max(); },
                    .pins_wait = [this] { return sessions_->pins_wait(); }});
  backend_->spare([this](const std::string& renderer) {
    const auto kind = redis_->owner_of(renderer.substr(0, kSessionIdChars)).kind;
    return kind != SessionOwner::Kind::kThis && kind != SessionOwner::Kind::kNone;
  });
}

RedisStoreEvents App::store_events() {
  return {
      .views =
          [this] {
            std::vector<SessionView> views;
            for (const boost::json::value& one : sessions_->list()) {
              views.push_back({std::string(one.at("id").as_string()), http::to_json(one)});
            }
            return views;
          },
      .taken_up = [this](const std::string&, const std::string& text) { sessions_->take_up(text); },
      .lost = [this](const std::string& id) { sessions_->let_go(id); }};
}

Result<void, std::string> App::open_documents(const CobrowsePlan& plan) {
  if (!plan.documents) return {};
  documents::Converter converter(plan.converter);
  if (plan.documents->non_pdf && !converter.missing().empty()) {
    LOG(kWarning, "documents: only PDFs are shown: {}", converter.missing());
  }
  auto store = documents::DocumentStore::open(
      *plan.documents, std::move(converter), rng_,
      [this](const std::string& session) { tell_documents(session); });
  if (!store) return fail(store.error());
  documents_ = *std::move(store);
  return {};
}

Result<void, std::string> App::make_backend(const CobrowsePlan& plan) {
  if (plan.backend == BackendKind::kProcess) {
    backend_ = std::make_unique<ProcessBackend>(plan.renderer_program);
    return {};
  }
  const auto name = owner();
  if (!name) return fail(name.error());
  if (plan.backend == BackendKind::kDocker) {
    DockerSettings settings = plan.docker;
    settings.owner = *name;
    backend_ = make_docker_backend(std::move(settings));
  } else {
    KubernetesSettings settings = plan.kubernetes;
    settings.owner = *name;
    backend_ = make_kubernetes_backend(std::move(settings));
  }
  return {};
}

/// What tells our renderers from those of other servers; the same after a restart.
Result<std::string, std::string> App::owner() {
  std::string name = store_->fact(kRendererOwner);
  if (!name.empty()) return name;
  std::array<std::uint8_t, kOwnerBytes> random{};
  rng_.fill(random);
  name = hex_encode(random);
  if (const auto put = store_->put_fact(kRendererOwner, name); !put) return fail(put.error());
  return name;
}

Services App::services(const CobrowsePlan& plan) {
  Services all{
      .rng = rng_,
      .digests = digests_,
      .store = *store_,
      .backend = *backend_,
      .now = now,
      .revoke = [this](const std::vector<credentials::Revocation>& rules) { revoke(rules); },
      .audit = [this](const std::string& session, const AuditNote& note) { audit(session, note); },
      .forget =
          [this](const std::string& session) {
            if (documents_) documents_->forget(session);
          }};
  if (plan.backend != BackendKind::kProcess) return all;
  all.machine = [] { return look_at_machine(); };
  if (plan.sessions.uids) {
    all.running_uids = [uids = *plan.sessions.uids] { return running_uids(uids); };
  }
  return all;
}

void App::revoke(const std::vector<credentials::Revocation>& rules) {
  if (watches_.empty()) return;  // nobody to tell, now or later
  {
    const std::lock_guard lock(rules_mutex_);
    forget_old_rules();
    rules_.insert(rules_.end(), rules.begin(), rules.end());
  }
  const bool is_on_its_way = errands_->post([this, rules] {
    for (const auto& watch : watches_) watch->push(rules);
  });
  if (is_on_its_way) return;
  for (const auto& watch : watches_) watch->miss();
}

std::vector<credentials::Revocation> App::rules() {
  const std::lock_guard lock(rules_mutex_);
  forget_old_rules();
  return rules_;
}

void App::forget_old_rules() {
  const std::int64_t time = unix_seconds(now().wall);
  std::erase_if(rules_, [&](const auto& rule) { return rule.until_s < time; });
}

void App::audit(const std::string& session, const AuditNote& note) {
  if (!audit_) return;
  if (!audit_->append(unix_seconds(now().wall),
                      {{"session", session},
                       {"action", note.action},
                       {"who", note.who},
                       {"detail", note.detail}},
                      digests_)) {
    LOG(kError, "the audit log takes no lines");
  }
}

/// A port of this machine that is the same after a restart: renderers that run look for it there.
Result<std::string, std::string> App::listen_for_renderers() {
  const std::string kept = store_->fact(kRendererPort);
  std::uint16_t port = 0;
  std::from_chars(kept.data(), kept.data() + kept.size(), port);
  const auto try_port = [&](std::uint16_t wanted) {
    http::HttpServerSettings settings;
    settings.tcp = {{.address = IpAddress::v4(127, 0, 0, 1), .port = wanted}};
    settings.body_limit = [this](const http::Request& request) {
      return documents_rest_->allow_download(request);
    };
    settings.upgrade = [this](const http::Request& request) -> SocketAnswer {
      if (request.path != kRendererPath) return http::problem(404);
      if (!has_sessions_) return http::problem(503);  // a 401 would be the end of it
      return open_renderer_socket(*sessions_, request);
    };
    return http::HttpServer::start(std::move(settings), [this](const http::Request& request) {
      return has_sessions_ ? documents_rest_->for_renderer(request) : http::problem(503);
    });
  };
  auto server = try_port(port);
  if (!server && port != 0) server = try_port(0);
  if (!server) return fail(server.error());
  renderers_ = *std::move(server);
  if (const auto put = store_->put_fact(kRendererPort, std::to_string(renderers_->port())); !put) {
    LOG(kWarning, "state file: {}", put.error());
  }
  return fmt::format("http://127.0.0.1:{}{}", renderers_->port(), kRendererPath);
}

Result<std::string, std::string> App::renderer_url(const CobrowsePlan& plan) {
  if (plan.backend == BackendKind::kProcess) return listen_for_renderers();
  return plan.renderer_url;
}

/// From any thread. The list that is told last is the newest one.
void App::tell_documents(const std::string& session) {
  const std::lock_guard lock(documents_mutex_);
  if (tells_documents_) sessions_->tell_documents(session, describe(documents_->list(session)));
}

void App::take_up_documents() {
  if (!documents_) return;
  {
    const std::lock_guard lock(documents_mutex_);
    tells_documents_ = true;
  }
  std::vector<std::string> sessions;
  for (const boost::json::value& one : sessions_->list()) {
    sessions.emplace_back(one.at("id").as_string());
  }
  documents_->keep_only(sessions);
  for (const std::string& session : sessions) tell_documents(session);
}

Result<void, std::string> App::listen(const CobrowsePlan& plan) {
  const auto url = renderer_url(plan);
  if (!url) return fail(url.error());
  if (const auto started = sessions_->start(*url); !started) return started;
  has_sessions_ = true;
  backend_->keep_only(sessions_->renderers());
  take_up_documents();
  if (redis_ != nullptr) redis_->begin(store_events());
  http::HttpServerSettings settings = plan.front.http;
  if (cluster_) {
    settings.forward = [this](const http::Request& request, bool) {
      return cluster_->route(request);
    };
  }
  settings.admit = [this](http::Request& request) {
    if (auto refused = cluster_ ? cluster_->admit(request) : std::nullopt) return refused;
    return admit_with_renderers(entry_paths_, request);
  };
  settings.body_limit = [this](const http::Request& request) {
    return is_for_renderers(request) ? documents_rest_->allow_download(request)
                                     : documents_rest_->allow_body(request);
  };
  settings.upgrade = [this](const http::Request& request) -> SocketAnswer {
    if (request.path == "/v1/socket") {
      return open_participant_socket(*sessions_, request, public_url_);
    }
    if (request.path == kRendererPath && request.trust == http::TrustLevel::kSystem) {
      return open_renderer_socket(*sessions_, request);
    }
    return http::problem(404);
  };
  auto server = http::HttpServer::start(
      std::move(settings), [this](const http::Request& request) { return handle(request); });
  if (!server) return fail(server.error());
  server_ = *std::move(server);
  return {};
}

http::Response App::handle(const http::Request& request) {
  if (request.path == kRendererPath) return http::problem(404);  // a socket only
  if (request.path == "/healthz") return http::Response::text(200, "ok\n");
  if (request.path == "/metrics") {
    return http::may_reach(request.trust, http::TrustLevel::kInternal) ? metrics()
                                                                       : http::problem(404);
  }
  if (auto file = answer_web_file(request, embed_origins_)) return *std::move(file);
  if (is_for_renderers(request)) return documents_rest_->for_renderer(request);
  if (auto about = documents_rest_->for_people(request)) return *std::move(about);
  http::Response response = rest_->handle(request);
  return cluster_ ? cluster_->finish(request, std::move(response)) : response;
}

}  // namespace turnpike::cobrowse
