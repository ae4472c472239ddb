#include "cobrowse/server/setup.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <fstream>
#include <iterator>

#include "base/base64.h"
#include "base/log.h"
#include "cobrowse/server/renderer_address.h"
#include "http/client/client_url.h"
#include "http/core/cors.h"
#include "http/core/json.h"
#include "relay/crypto/key_hash.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxProfile = 1 << 20;
constexpr seconds kPodSlack{300};
constexpr std::size_t kMinClusterSecret = 16;
// A container or a pod waits for its place, a pod for its image, too.
constexpr seconds kRemoteStart{120};
constexpr seconds kBrowserStart{30};

class Planner {
 public:
  Planner(const conf::CobrowseConfig& config, conf::Diagnostics& diagnostics)
      : config_(config), diagnostics_(diagnostics) {}

  CobrowsePlan make() {
    plan_.front = service::plan_front(service::front_of(config_), diagnostics_);
    sessions();
    documents();
    embedding();
    relays();
    agents();
    plan_.sessions.renderer_orders = orders();
    plan_.state_file = config_.store_state;
    plan_.audit_file = config_.audit_file;
    plan_.renderer_program = config_.renderer_program;
    backend();
    cluster();
    return std::move(plan_);
  }

 private:
  void error(const std::string& key, const std::string& text) {
    diagnostics_.error(config_.origin(key), key + ": " + text);
  }

  void sessions() {
    SessionsSettings& all = plan_.sessions;
    all.session = {.timers = {.offline = config_.timers_offline,
                              .inactive = config_.timers_inactive,
                              .absolute = config_.timers_absolute,
                              .warning = config_.timers_warning},
                   .idle_release = config_.sessions_idle_release,
                   .audio = config_.renderer_audio && config_.renderer_capture != "test",
                   .clipboard = config_.policy_clipboard,
                   .navigation = config_.policy_navigation,
                   .documents = config_.documents_enabled,
                   .downloads = config_.documents_enabled && config_.policy_downloads,
                   .non_pdf = config_.documents_non_pdf,
                   .width = static_cast<unsigned>(config_.renderer_width),
                   .height = static_cast<unsigned>(config_.renderer_height)};
    all.mode = parse_mode(config_.sessions_mode).value_or(ControlMode::kSingle);
    all.max_sessions = config_.sessions_max;
    all.pool.size = config_.renderer_warm_pool;
    all.needs = {.memory_mb = config_.renderer_memory_mb,
                 .max_load_percent = config_.sessions_max_load};
    if (config_.renderer_uid_range != "none") {
      const auto uids = parse_uid_range(config_.renderer_uid_range);
      if (!uids) error("renderer.uid_range", uids.error());
      if (uids) all.uids = *uids;
    }
    all.public_url = config_.public_url;
    while (all.public_url.ends_with('/')) all.public_url.pop_back();
    all.public_prefix = config_.public_prefix;
    all.internal_prefix = config_.internal_prefix;
    all.pin_lifetime = config_.invites_pin_lifetime;
    all.link_lifetime = config_.invites_link_lifetime;
    all.attempts.free = static_cast<std::uint32_t>(config_.invites_free_attempts);
    const char separator = config_.separator.front();
    if (base64url_decode(std::string(4, separator))) {
      error("separator", "must be no letter, digit, - or _, since names of sessions have those");
    }
    all.mint = {.secrets = config_.secrets,
                .separator = separator,
                .hash = config_.hash == "sha256" ? credentials::RestHash::kSha256
                                                 : credentials::RestHash::kSha1,
                .default_lifetime = config_.credential_lifetime,
                .max_lifetime = config_.credential_lifetime};
  }

  void documents() {
    if (!config_.documents_enabled) return;
    plan_.documents = documents::StoreSettings{
        .folder = config_.documents_folder,
        .max_bytes = static_cast<std::uint64_t>(config_.documents_max_mb) << 20,
        .non_pdf = config_.documents_non_pdf};
    plan_.converter = {.program = config_.documents_converter, .time = config_.documents_timeout};
  }

  void embedding() {
    for (const std::string& text : config_.embed_origins) {
      const auto origin = http::OriginPattern::parse(text);
      if (origin) {
        plan_.embed_origins.push_back(origin->to_string());
      } else {
        error("embed_origins", origin.error());
      }
    }
  }

  void relays() {
    for (std::size_t i = 0; i < config_.relays.size(); ++i) {
      const conf::RelayEntry& entry = config_.relays[i];
      const auto offered = credentials::parse_transports(entry.transports);
      if (!offered) {
        error(fmt::format("relays[{}].transports", i),
              fmt::format("\"{}\" is none of udp, tcp, tls", log::log_safe(offered.error())));
        continue;
      }
      if (!offered->udp && !offered->tcp) {
        error(fmt::format("relays[{}].transports", i),
              "renderers reach a relay over udp or tcp: one of them is needed");
      }
      plan_.sessions.relays.push_back({.host = entry.host,
                                       .region = entry.region,
                                       .port = entry.port,
                                       .tls_port = entry.tls_port,
                                       .stun = false,
                                       .udp = offered->udp,
                                       .tcp = offered->tcp,
                                       .tls = offered->tls});
      if (entry.admin_socket.empty()) continue;
      plan_.watches.push_back({.name = fmt::format("{}:{}", entry.host, entry.port),
                               .probe_host = {},
                               .probe_port = 0,
                               .admin_socket = entry.admin_socket});
    }
    if (plan_.watches.empty()) {
      diagnostics_.warning({},
                           "relays: none has an admin_socket, so credentials of people who "
                           "leave stay good until they expire");
    }
  }

  void agents() {
    plan_.agents.token_rules = plan_.front.token_rules;
    plan_.agents.identity_claim = config_.jwt_identity_claim;
    plan_.agents.policy_claim = config_.jwt_policy_claim;
    if (config_.api_keys.empty() && plan_.front.jwks.empty()) {
      diagnostics_.warning({},
                           "api_keys: there are none and no jwt keys, so nobody can start a "
                           "session");
    }
    for (std::size_t i = 0; i < config_.api_keys.size(); ++i) {
      const conf::CobrowseKeyEntry& entry = config_.api_keys[i];
      const std::string prefix = fmt::format("api_keys[{}].", i);
      const auto digest = crypto::api_key_digest(entry.hash);
      if (!digest) {
        error(prefix + "hash",
              "must be sha256: and 64 hexadecimal digits, as "
              "turnpike-cobrowse --make-api-key prints them");
        continue;
      }
      if (entry.id.find('.') != std::string::npos) error(prefix + "id", "must have no dot in it");
      if (!plan_.agents.keys.emplace(entry.id, AgentKey{*digest, entry.role == "admin"}).second) {
        error(prefix + "id", fmt::format("\"{}\" is there twice", log::log_safe(entry.id)));
      }
    }
  }

  void backend() {
    if (config_.renderer_backend == "process") return;
    const bool docker = config_.renderer_backend == "docker";
    plan_.backend = docker ? BackendKind::kDocker : BackendKind::kKubernetes;
    plan_.sessions.session.renderer_start = kRemoteStart;
    plan_.sessions.pool.start_within = kRemoteStart + kBrowserStart;
    control_url();
    docker ? docker_backend() : kubernetes_backend();
  }

  void control_url() {
    if (!config_.system_enabled) {
      error("entry_paths.system_enabled",
            fmt::format("has to be true with renderer.backend {}: renderers come in there",
                        config_.renderer_backend));
    }
    if (config_.renderer_control_url.empty()) {
      return error("renderer.control_url",
                   fmt::format("is needed with renderer.backend {}: where renderers reach this "
                               "service",
                               config_.renderer_backend));
    }
    const auto url = renderer_address(config_.renderer_control_url, config_.system_prefix);
    if (!url) return error("renderer.control_url", url.error());
    plan_.renderer_url = *url;
  }

  void docker_backend() {
    plan_.docker = {.socket = config_.docker_socket,
                    .image = config_.docker_image,
                    .network = config_.docker_network,
                    .program = config_.renderer_program,
                    .memory_mb = config_.renderer_memory_mb,
                    .cpu_percent = static_cast<unsigned>(config_.renderer_cpu_percent),
                    .pids = static_cast<unsigned>(config_.renderer_pids)};
    if (config_.docker_seccomp_file.empty()) return no_sandbox("docker.seccomp_file");
    std::ifstream file(config_.docker_seccomp_file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto profile = http::parse_json_object(text, {.bytes = kMaxProfile, .depth = 16});
    if (!profile) {
      return error("docker.seccomp_file",
                   fmt::format("\"{}\" is no profile: {}",
                               log::log_safe(config_.docker_seccomp_file), profile.error()));
    }
    plan_.docker.seccomp = http::to_json(*profile);
    plan_.docker.seccomp_file = config_.docker_seccomp_file;
  }

  void kubernetes_backend() {
    std::string api = config_.kubernetes_api;
    while (api.ends_with('/')) api.pop_back();
    if (const auto url = http::parse_client_url(api); !url) error("kubernetes.api", url.error());
    plan_.kubernetes = {.api = api,
                        .name_space = config_.kubernetes_namespace,
                        .image = config_.kubernetes_image,
                        .program = config_.renderer_program,
                        .token_file = config_.kubernetes_token_file,
                        .ca_file = config_.kubernetes_ca_file,
                        .seccomp_profile = config_.kubernetes_seccomp_profile,
                        .memory_mb = config_.renderer_memory_mb,
                        .cpu_percent = static_cast<unsigned>(config_.renderer_cpu_percent),
                        .most = config_.timers_absolute + kPodSlack};
    if (config_.renderer_warm_pool > 0) {
      plan_.kubernetes.most += plan_.sessions.pool.longest_wait;
    }
    if (config_.kubernetes_seccomp_profile.empty()) no_sandbox("kubernetes.seccomp_profile");
  }

  void cluster() {
    if (config_.store_redis.empty()) {
      if (!config_.cluster_address.empty()) {
        error("cluster.address", "several servers share their sessions in store.redis: set that");
      }
      return;
    }
    if (config_.places.lines.contains("store.state")) {
      error("store.state", "sessions are kept in store.redis or in this file: leave one out");
    }
    const auto address = parse_redis_address(config_.store_redis.reveal());
    if (!address) error("store.redis", address.error());
    if (config_.cluster_secret.reveal().size() < kMinClusterSecret) {
      error("cluster.secret",
            "is needed with store.redis, the same on all servers: 16 characters "
            "at least");
    }
    const auto here = http::parse_client_url(config_.cluster_address);
    if (!here || here->target != "/" || config_.cluster_address.ends_with('/')) {
      error("cluster.address",
            "is needed with store.redis: where the other servers reach this one, as "
            "http://10.0.0.1:8090, without a path");
    }
    if (!address || !here) return;
    plan_.redis = RedisStoreSettings{.address = *address,
                                     .server = config_.cluster_address,
                                     .lease = config_.cluster_lease,
                                     .bound = plan_.backend == BackendKind::kProcess,
                                     .max_sessions = config_.sessions_max,
                                     .attempts = plan_.sessions.attempts};
    if (config_.renderer_warm_pool > 0 && config_.renderer_backend != "process") {
      error("renderer.warm_pool",
            "where several servers share sessions, only the process backend keeps renderers warm: "
            "other servers would not know where one belongs that comes through a load balancer");
    }
    plan_.cluster = {.secret = config_.cluster_secret,
                     .secrets = config_.secrets,
                     .tls = {.ca_file = config_.cluster_ca_file}};
  }

  void no_sandbox(const std::string& key) {
    if (config_.renderer_allow_unsandboxed) return;
    diagnostics_.warning({}, key +
                                 ": without it the browser's sandbox does not work in most "
                                 "containers, and renderers do not start then");
  }

  static json::array texts(const std::vector<std::string>& list) {
    json::array all;
    for (const std::string& text : list) all.emplace_back(text);
    return all;
  }

  /// What the browser must not reach even where internal addresses are allowed.
  json::array own_addresses() const {
    json::array list = texts(config_.listen);
    if (const auto url = http::parse_client_url(config_.renderer_control_url)) {
      const auto address = IpAddress::parse(url->host);
      if (address) list.emplace_back(Endpoint{*address, url->port}.to_string());
    }
    for (const credentials::RelayEntry& relay : plan_.sessions.relays) {
      const auto address = IpAddress::parse(relay.host);
      if (!address) continue;
      for (const std::uint16_t port : {relay.port, relay.tls_port}) {
        list.emplace_back(Endpoint{*address, port}.to_string());
      }
    }
    return list;
  }

  /// What every renderer is told on its standard input.
  json::object orders() const {
    json::array ports;
    for (const auto port : config_.egress_allow_ports) ports.emplace_back(port);
    return {{"capture", config_.renderer_capture},
            {"browser", config_.renderer_browser},
            {"user", config_.renderer_user},
            {"width", config_.renderer_width},
            {"height", config_.renderer_height},
            {"max_fps", config_.renderer_max_fps},
            {"max_kbps", config_.renderer_max_kbps},
            {"audio", config_.renderer_audio},
            {"max_tabs", config_.renderer_max_tabs},
            {"memory_mb", config_.renderer_memory_mb},
            {"cpu_percent", config_.renderer_cpu_percent},
            {"pids", config_.renderer_pids},
            {"download_mb", plan_.sessions.session.downloads ? config_.documents_max_mb : 0},
            {"user_agent_token", config_.renderer_user_agent_token},
            {"allow_unsandboxed", config_.renderer_allow_unsandboxed},
            {"sensitive_selectors", texts(config_.policy_sensitive_selectors)},
            {"allow_sites", texts(config_.egress_allow_sites)},
            {"deny_sites", texts(config_.egress_deny_sites)},
            {"allow_ports", std::move(ports)},
            {"allow_internal", texts(config_.egress_allow_internal)},
            {"own_addresses", own_addresses()}};
  }

  const conf::CobrowseConfig& config_;
  conf::Diagnostics& diagnostics_;
  CobrowsePlan plan_;
};

}  // namespace

CobrowsePlan make_plan(const conf::CobrowseConfig& config, conf::Diagnostics& diagnostics) {
  return Planner(config, diagnostics).make();
}

}  // namespace turnpike::cobrowse
