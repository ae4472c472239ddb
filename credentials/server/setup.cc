#include "credentials/server/setup.h"

#include <fmt/format.h>

#include <charconv>

#include "base/log.h"
#include "http/client/client_url.h"
#include "relay/crypto/key_hash.h"

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
    tokens();
    cors();
    entry_paths();
    store();
    listeners();
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

  void tokens() {
    plan_.api.tokens = {.rules = {.issuer = config_.jwt_issuer, .audience = config_.jwt_audience},
                        .identity_claim = config_.jwt_identity_claim,
                        .policy_claim = config_.jwt_policy_claim};
    plan_.jwks.file = config_.jwt_jwks_file;
    plan_.jwks.url = config_.jwt_jwks_url;
    plan_.jwks.ca_file = config_.jwt_jwks_ca;
    if (plan_.jwks.empty()) {
      if (!config_.jwt_issuer.empty()) {
        error("jwt.issuer", "needs jwt.jwks_file or jwt.jwks_url, the keys that sign its tokens");
      }
      return;
    }
    // Without these any token of a shared identity provider would do, whoever it was made for.
    if (config_.jwt_issuer.empty()) error("jwt.issuer", "is needed beside the keys");
    if (config_.jwt_audience.empty()) error("jwt.audience", "is needed beside the keys");
    if (!plan_.jwks.file.empty() && !plan_.jwks.url.empty()) {
      error("jwt.jwks_url", "is there beside jwt.jwks_file; one of them is enough");
    }
    if (!plan_.jwks.url.empty()) jwks_url();
  }

  void jwks_url() {
    const auto url = http::parse_client_url(config_.jwt_jwks_url);
    if (!url) {
      error("jwt.jwks_url", url.error());
      return;
    }
    const auto address = IpAddress::parse(url->host);
    if (!url->tls && url->host != "localhost" && !(address && address->is_loopback())) {
      error("jwt.jwks_url", "must begin with https://, or whoever is between may change the keys");
    }
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

  std::vector<http::AddressRange> ranges(const std::vector<std::string>& texts,
                                         const std::string& key) {
    std::vector<http::AddressRange> found;
    for (const std::string& text : texts) {
      if (const auto range = http::AddressRange::parse(text)) {
        found.push_back(*range);
      } else {
        error(key, fmt::format("\"{}\" is no address range, as 192.0.2.0/24", log::log_safe(text)));
      }
    }
    return found;
  }

  void entry_paths() {
    http::EntryPathSettings& paths = plan_.entry_paths;
    paths.public_prefix = config_.public_prefix;
    paths.webhook_prefix = config_.webhook_prefix;
    paths.internal_prefix = config_.internal_prefix;
    paths.system_prefix = config_.system_prefix;
    paths.system_enabled = config_.system_enabled;
    paths.system_externally_protected = config_.system_externally_protected;
    paths.system_user = config_.system_user;
    if (!config_.system_password.empty()) {
      // Not at rest: the password itself stands in the configuration.
      paths.system_password_hash = crypto::hash_api_key(config_.system_password.reveal());
    }
    paths.webhook_enabled = config_.webhook_enabled;
    paths.webhook_origin = config_.webhook_origin;
    paths.webhook_ranges = ranges(config_.webhook_ranges, "entry_paths.webhook_ranges");
    for (const std::string& text : http::validate(paths)) {
      diagnostics_.error({}, "entry_paths: " + text);
    }
    for (const std::string& text : http::remarks(paths)) {
      diagnostics_.warning({}, "entry_paths: " + text);
    }
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

  void listeners() {
    plan_.http.trusted_proxies = ranges(config_.trusted_proxies, "trusted_proxies");
    std::optional<http::TlsFiles> tls;
    if (!config_.tls_certificate.empty() || !config_.tls_key.empty()) tls = tls_files();
    for (const std::string& text : config_.listen) listener(text, tls);
    if (!config_.unix_socket.empty()) {
      plan_.http.unix_sockets.push_back({.path = config_.unix_socket, .trusted_proxy = true});
    }
  }

  http::TlsFiles tls_files() {
    http::TlsFiles files{.chain_file = config_.tls_certificate,
                         .key_file = config_.tls_key,
                         .client_ca_file = config_.tls_client_ca};
    if (files.chain_file.empty()) error("tls.certificate", "is needed beside tls.key");
    if (files.key_file.empty()) error("tls.key", "is needed beside tls.certificate");
    if (config_.tls_client_certificates == "optional") {
      files.client_certificates = http::ClientCertificates::kOptional;
    } else if (config_.tls_client_certificates == "required") {
      files.client_certificates = http::ClientCertificates::kRequired;
    }
    if (config_.tls_client_certificates != "none" && files.client_ca_file.empty()) {
      error("tls.client_ca", "is needed to check the certificates of clients");
    }
    return files;
  }

  void listener(const std::string& text, const std::optional<http::TlsFiles>& tls) {
    http::TcpListener made{.address = {}, .port = 0, .tls = tls};
    if (text.starts_with("*:")) {
      const char* const end = text.data() + text.size();
      const auto [stop, wrong] = std::from_chars(text.data() + 2, end, made.port);
      if (wrong == std::errc() && stop == end) {
        plan_.http.tcp.push_back(made);
        return;
      }
    } else if (const auto endpoint = Endpoint::parse(text)) {
      made.address = endpoint->ip;
      made.port = endpoint->port;
      plan_.http.tcp.push_back(made);
      return;
    }
    error("listen", fmt::format("\"{}\" is no address with a port, as 127.0.0.1:8080, [::1]:8080 "
                                "or *:8080",
                                log::log_safe(text)));
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
