// What follows from the options that were given. An explicit value always wins over an implied one.
#include <fmt/format.h>

#include <utility>

#include "conf/check_turnserver.h"

namespace turnpike::conf {
namespace {

class Implier {
 public:
  Implier(TurnserverConfig& config, Diagnostics& diagnostics)
      : config_(config), diagnostics_(diagnostics) {}

  void credentials() {
    if (!config_.user.empty()) imply(config_.lt_cred_mech, Option::lt_cred_mech, "user");
    // Who names a database of users wants them to log in. Coturn would be an open relay here.
    const std::pair<bool, const char*> stores[] = {{!config_.userdb.empty(), "userdb"},
                                                   {!config_.psql_userdb.empty(), "psql-userdb"},
                                                   {!config_.mysql_userdb.empty(), "mysql-userdb"},
                                                   {!config_.mongo_userdb.empty(), "mongo-userdb"},
                                                   {!config_.redis_userdb.empty(), "redis-userdb"}};
    for (const auto& [named, because] : stores) {
      if (named && !config_.use_auth_secret && !config_.no_auth) {
        imply(config_.lt_cred_mech, Option::lt_cred_mech, because);
      }
    }
    if (!config_.static_auth_secret.empty()) {
      imply(config_.use_auth_secret, Option::use_auth_secret, "static-auth-secret");
    }
    if (config_.rest_api_separator.size() > 1) {
      diagnostics_.warning(config_.origin(Option::rest_api_separator),
                           fmt::format("rest-api-separator: only the first character counts; write "
                                       "rest-api-separator={}",
                                       config_.rest_api_separator.substr(0, 1)));
      config_.rest_api_separator.resize(1);
    }
  }

  void realm(const HostFacts& host) {
    if (!config_.realm.empty()) return;
    if (!config_.server_name.empty()) {
      config_.realm = config_.server_name.substr(0, row_of(Option::realm).max);
      note(Option::realm, "server-name");
    } else if (!host.domain_name.empty()) {
      config_.realm = host.domain_name.substr(0, row_of(Option::realm).max);
      note(Option::realm, "the machine's domain");
    }
  }

  void protocol() {
    if (config_.keep_address_family &&
        config_.is_default(Option::allocation_default_address_family)) {
      config_.allocation_default_address_family = "keep";
      note(Option::allocation_default_address_family, "keep-address-family");
    }
    if (config_.stun_only && config_.is_default(Option::max_allocate_timeout)) {
      constexpr seconds kStunOnlyTimeout{3};
      config_.max_allocate_timeout = kStunOnlyTimeout;
      note(Option::max_allocate_timeout, "stun-only");
    }
    if (config_.unauthorized_ratelimit_rps == 0) {
      config_.unauthorized_ratelimit_rps = default_config().unauthorized_ratelimit_rps;
    }
  }

  void logging() {
    if (config_.very_verbose && !config_.verbose) {
      config_.verbose = true;
      note(Option::verbose, "Verbose");
    }
  }

 private:
  /// An option that was switched off in so many words stays off.
  void imply(bool& field, Option option, const char* because) {
    if (field) return;
    if (!config_.is_default(option)) {
      diagnostics_.warning(config_.origin(option), fmt::format("{}: is off, so {} has no effect",
                                                               row_of(option).name, because));
      return;
    }
    field = true;
    note(option, because);
  }

  void note(Option option, const char* because) {
    config_.origins[static_cast<std::size_t>(option)].assign(
        1, Origin{.source = Origin::Source::kImplied, .detail = because, .line = 0});
  }

  TurnserverConfig& config_;
  Diagnostics& diagnostics_;
};

}  // namespace

void imply_turnserver(TurnserverConfig& config, const HostFacts& host, Diagnostics& diagnostics) {
  Implier implier(config, diagnostics);
  implier.credentials();
  implier.realm(host);
  implier.protocol();
  implier.logging();
}

}  // namespace turnpike::conf
