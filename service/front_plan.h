// From the rows that every service's configuration has (conf/shared_*.def) to how it listens, which
// paths it answers on and whose tokens it takes, with the mistakes that show when values meet.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "conf/diagnostic.h"
#include "http/core/entry_paths.h"
#include "http/core/json_web_token.h"
#include "http/server/http_server.h"
#include "service/jwks_source.h"

namespace turnpike::service {

struct FrontConfig {
  std::vector<std::string> listen, trusted_proxies, webhook_ranges;
  std::string unix_socket;
  std::string tls_certificate, tls_key, tls_client_ca, tls_client_certificates;
  std::string public_prefix, webhook_prefix, internal_prefix, system_prefix;
  bool system_enabled = false, system_externally_protected = false, webhook_enabled = false;
  std::string system_user, webhook_origin;
  Secret system_password;
  std::string jwt_issuer, jwt_audience, jwt_jwks_file, jwt_jwks_url, jwt_jwks_ca;
  /// Of a key in the file.
  std::function<conf::Origin(const std::string&)> origin;
};

/// Of any configuration with those rows.
template <class Config>
FrontConfig front_of(const Config& config) {
  return {.listen = config.listen,
          .trusted_proxies = config.trusted_proxies,
          .webhook_ranges = config.webhook_ranges,
          .unix_socket = config.unix_socket,
          .tls_certificate = config.tls_certificate,
          .tls_key = config.tls_key,
          .tls_client_ca = config.tls_client_ca,
          .tls_client_certificates = config.tls_client_certificates,
          .public_prefix = config.public_prefix,
          .webhook_prefix = config.webhook_prefix,
          .internal_prefix = config.internal_prefix,
          .system_prefix = config.system_prefix,
          .system_enabled = config.system_enabled,
          .system_externally_protected = config.system_externally_protected,
          .webhook_enabled = config.webhook_enabled,
          .system_user = config.system_user,
          .webhook_origin = config.webhook_origin,
          .system_password = config.system_password,
          .jwt_issuer = config.jwt_issuer,
          .jwt_audience = config.jwt_audience,
          .jwt_jwks_file = config.jwt_jwks_file,
          .jwt_jwks_url = config.jwt_jwks_url,
          .jwt_jwks_ca = config.jwt_jwks_ca,
          .origin = [&config](const std::string& key) { return config.origin(key); }};
}

struct FrontPlan {
  http::HttpServerSettings http{};  // without what needs the running service
  http::EntryPathSettings entry_paths{};
  JwksSettings jwks{};  // empty: no tokens are taken
  http::TokenRules token_rules{};
};

/// Errors and remarks are added to `diagnostics`; the plan is good when there are no errors.
FrontPlan plan_front(const FrontConfig& config, conf::Diagnostics& diagnostics);

}  // namespace turnpike::service
