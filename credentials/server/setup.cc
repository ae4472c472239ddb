#include "credentials/server/setup.h"

#include <fmt/format.h>

#include "base/log.h"
#include "relay/crypto/key_hash.h"
#include "service/front_plan.h"

namespace turnpike::credentials {
namespace {

class Planner {
 public:
  Planner(const conf::CredentialsConfig& config, conf::Diagnostics& diagnostics)
      : config_(config), diagnostics_(diagnostics) {}

  ServicePlan make() {
    mint();
    relays();
    callers();
    cors();
    store();
    front();
    plan_.audit_file = config_.audit_file;
    accounting();
    plan_.api.relay_only = config_.relay_only;
    return std::move(plan_);
  }

 private:
  void error(const std::string& key, const std::string& text) {
    diagnostics_.error(config_.origin(key), key + ": " + text);
  }

  void mint() {
    if (config_.secrets.empty()) {
      error("secrets", "needs at least one secret, the relays' static-auth-secret");
    }
    if (config_.lifetime_default > config_.lifetime_max) {
      error("lifetime.default",
            fmt::format("{} is more than lifetime.max, which is {}",
                        config_.lifetime_default.count(), config_.lifetime_max.count()));
    }
    plan_.api.mint = {.secrets = config_.secrets,
                      .separator = config_.separator.front(),
                      .hash = config_.hash == "sha256" ? RestHash::kSha256 : RestHash::kSha1,
                      .default_lifetime = config_.lifetime_default,
                      .max_lifetime = config_.lifetime_max};
  }

  void relays() {
    if (config_.relays.empty()) error("relays", "needs at least one relay with its host");
    for (std::size_t i = 0; i < config_.relays.size(); ++i) {
      relay(config_.relays[i], fmt::format("relays[{}].", i));
    }
  }

  void relay(const conf::RelayEntry& entry, const std::string& prefix) {
    const auto transports = parse_transports(entry.transports);
    if (!transports) {
      error(prefix + "transports",
            fmt::format("\"{}\" is none of udp, tcp, tls", log::log_safe(transports.error())));
    }
    const Transports offered = transports.value_or(Transports());
    plan_.api.relays.push_back({.host = entry.host,
                                .region = entry.region,
                                .port = entry.port,
                                .tls_port = entry.tls_port,
                                .stun = config_.offer_stun,
                                .udp = offered.udp,
                                .tcp = offered.tcp,
                                .tls = offered.tls});
    service::RelayWatchSettings watch;
    watch.name = fmt::format("{}:{}", entry.host, entry.port);
    watch.admin_socket = entry.admin_socket;
    if (entry.probe.empty()) {
      watch.probe_host = entry.host;
      watch.probe_port = entry.port;
    } else if (entry.probe != "off") {
      const auto probe = Endpoint::parse(entry.probe);
      if (!probe || probe->port == 0) {
        error(prefix + "probe", "needs an address with a port, as 192.0.2.1:3478, or off");
      } else {
        watch.probe_host = probe->ip.to_string();
        watch.probe_port = probe->port;
      }
    }
    plan_.watches.push_back(std::move(watch));
  }

  void callers() {
    if (config_.api_keys.empty() && config_.jwt_issuer.empty()) {
      diagnostics_.warning({}, "api_keys: there are none, so nobody gets a credential");
    }
    for (std::size_t i = 0; i < config_.api_keys.size(); ++i) {
      caller(config_.api_keys[i], fmt::format("api_keys[{}].", i));
    }
  }

  void caller(const conf::ApiKeyEntry& entry, const std::string& prefix) {
    api::Caller caller{entry.id, {}};
    caller.policy.origins = origins(entry.origins, prefix + "origins");
    caller.policy.users = entry.users;
    caller.policy.identity = entry.identity;
    if (entry.max_lifetime.count() > 0) caller.policy.max_lifetime = entry.max_lifetime;
    caller.policy.per_minute = static_cast<std::uint32_t>(entry.per_minute);
    caller.policy.may_manage = entry.may_manage;
    caller.policy.per_day = static_cast<std::uint32_t>(entry.per_day);
    for (const std::string& text : entry.hours) {
      const auto hours = api::OfficeHours::parse(text);
      if (!hours) error(prefix + "hours", hours.error());
      if (hours) caller.policy.hours.push_back(*hours);
    }
    if (entry.id.find_first_of(".:") != std::string::npos) {
      error(prefix + "id", "must have no dot and no colon in it");
    }
    if (!plan_.policies.emplace(entry.id, caller.policy).second) {
      error(prefix + "id", fmt::format("\"{}\" is there twice", log::log_safe(entry.id)));
    }
    if (!entry.certificate.empty() &&
        !plan_.by_certificate.emplace(entry.certificate, caller).second) {
      error(prefix + "certificate", "another key has the same");
    }
    if (entry.hash.empty()) return;
    const auto digest = crypto::api_key_digest(entry.hash);
    if (!digest) {
      error(prefix + "hash",
            "must be sha256: and 64 hexadecimal digits, as "
            "turnpike-credentials --make-api-key prints them");
      return;
    }
    plan_.keys.emplace(entry.id, api::ApiKey{*digest, std::move(caller)});
  }

  std::vector<http::OriginPattern> origins(const std::vector<std::string>& texts,
                                           const std::string& key) {
    std::vector<http::OriginPattern> patterns;
    for (const std::string& text : texts) {
      auto pattern = http::OriginPattern::parse(text);
      if (pattern) {
        patterns.push_back(*std::move(pattern));
      } else {
        error(key, pattern.error());
      }
    }
    return patterns;
  }

  void cors() {
    plan_.api.cors.allowed = origins(config_.cors_origins, "cors_origins");
    plan_.api.cors.request_headers.emplace_back("X-Api-Key");
    if (const auto good = http::validate(plan_.api.cors); !good)
      error("cors_origins", good.error());
  }

  void front() {
    service::FrontPlan front = service::plan_front(service::front_of(config_), diagnostics_);
    plan_.http = std::move(front.http);
    plan_.entry_paths = std::move(front.entry_paths);
    plan_.jwks = std::move(front.jwks);
    plan_.api.tokens = {.rules = std::move(front.token_rules),
                        .identity_claim = config_.jwt_identity_claim,
                        .policy_claim = config_.jwt_policy_claim};
  }

  void store() {
    constexpr std::pair<std::string_view, StoreKind> kKinds[] = {
        {"sqlite", StoreKind::kSqlite}, {"postgresql", StoreKind::kPostgresql},
        {"mysql", StoreKind::kMysql},   {"mongodb", StoreKind::kMongo},
        {"redis", StoreKind::kRedis},   {"memory", StoreKind::kMemory}};
    for (const auto& [name, kind] : kKinds) {
      if (name == config_.store_kind) plan_.store.kind = kind;
    }
    plan_.store.connection = config_.store_connection;
  }

  void accounting() {
    plan_.accounting = {.csv = config_.accounting_csv, .jsonl = config_.accounting_jsonl};
    if (plan_.accounting.empty()) return;
    if (plan_.accounting.csv == plan_.accounting.jsonl) {
      error("accounting_jsonl", "is the same file as accounting_csv");
    }
    for (const conf::RelayEntry& relay : config_.relays) {
      if (!relay.admin_socket.empty()) return;
    }
    diagnostics_.warning({},
                         "accounts: no relay has an admin_socket, so there is nothing to write");
  }

  const conf::CredentialsConfig& config_;
  conf::Diagnostics& diagnostics_;
  ServicePlan plan_;
};

}  // namespace

ServicePlan make_plan(const conf::CredentialsConfig& config, conf::Diagnostics& diagnostics) {
  return Planner(config, diagnostics).make();
}

}  // namespace turnpike::credentials
