#include "cobrowse/server/setup.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "base/base64.h"
#include "base/log.h"
#include "relay/crypto/key_hash.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;

class Planner {
 public:
  Planner(const conf::CobrowseConfig& config, conf::Diagnostics& diagnostics)
      : config_(config), diagnostics_(diagnostics) {}

  CobrowsePlan make() {
    plan_.front = service::plan_front(service::front_of(config_), diagnostics_);
    sessions();
    relays();
    agents();
    plan_.sessions.renderer_orders = orders();
    plan_.state_file = config_.store_state;
    plan_.audit_file = config_.audit_file;
    plan_.renderer_program = config_.renderer_program;
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
                   .clipboard = config_.policy_clipboard,
                   .navigation = config_.policy_navigation,
                   .documents = config_.documents_enabled,
                   .non_pdf = config_.documents_non_pdf,
                   .width = static_cast<unsigned>(config_.renderer_width),
                   .height = static_cast<unsigned>(config_.renderer_height)};
    all.mode = parse_mode(config_.sessions_mode).value_or(ControlMode::kSingle);
    all.max_sessions = config_.sessions_max;
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

  static json::array texts(const std::vector<std::string>& list) {
    json::array all;
    for (const std::string& text : list) all.emplace_back(text);
    return all;
  }

  /// What the browser must not reach even where internal addresses are allowed.
  json::array own_addresses() const {
    json::array list = texts(config_.listen);
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
            {"max_tabs", config_.renderer_max_tabs},
            {"memory_mb", config_.renderer_memory_mb},
            {"cpu_percent", config_.renderer_cpu_percent},
            {"pids", config_.renderer_pids},
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
