#include "service/front_plan.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/log.h"
#include "http/client/client_url.h"
#include "relay/crypto/key_hash.h"

namespace turnpike::service {
namespace {

class Planner {
 public:
  Planner(const FrontConfig& config, conf::Diagnostics& diagnostics)
      : config_(config), diagnostics_(diagnostics) {}

  FrontPlan make() {
    tokens();
    entry_paths();
    listeners();
    return std::move(plan_);
  }

 private:
  void error(const std::string& key, const std::string& text) {
    diagnostics_.error(config_.origin(key), key + ": " + text);
  }

  void tokens() {
    plan_.token_rules = {.issuer = config_.jwt_issuer, .audience = config_.jwt_audience};
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

  const FrontConfig& config_;
  conf::Diagnostics& diagnostics_;
  FrontPlan plan_;
};

}  // namespace

FrontPlan plan_front(const FrontConfig& config, conf::Diagnostics& diagnostics) {
  return Planner(config, diagnostics).make();
}

}  // namespace turnpike::service
