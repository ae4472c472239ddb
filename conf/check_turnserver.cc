// Contradictions between options, and options without effect.
#include "conf/check_turnserver.h"

#include <fmt/format.h>

#include <concepts>
#include <type_traits>

#include "base/log.h"

namespace turnpike::conf {
namespace {

bool same(const Secret& a, const Secret& b) {
  return a.reveal() == b.reveal();
}
bool same(const std::vector<Secret>& a, const std::vector<Secret>& b) {
  return a.empty() && b.empty();
}
template <class Value>
bool same(const Value& a, const Value& b) {
  return a == b;
}

class Checker {
 public:
  Checker(const TurnserverConfig& config, Diagnostics& diagnostics)
      : config_(config), diagnostics_(diagnostics) {}

  /// An option at its default value asks for nothing, however it got it.
  void statuses() {
    for_each_option(config_, [this](const OptionRow& row, const auto& field, const auto& initial) {
      using Value = std::remove_cvref_t<decltype(field)>;
      const bool ignored = std::same_as<Value, Ignored>;
      const bool asked_for = ignored ? !config_.is_default(row.id) : !same(field, initial);
      if (asked_for) status(row);
    });
  }

  void authentication() {
    const bool any = config_.lt_cred_mech || config_.use_auth_secret;
    if (config_.no_auth && any) {
      const Option mechanism =
          config_.lt_cred_mech ? Option::lt_cred_mech : Option::use_auth_secret;
      return error(Option::no_auth,
                   fmt::format("contradicts {} ({}); take one of them away", row_of(mechanism).name,
                               config_.origin(mechanism).to_string()));
    }
    const bool needed = !config_.stun_only || config_.secure_stun;
    if (!needed || config_.no_auth) return;
    if (!any) {
      return diagnostics_.error(
          {},
          "nobody could log in, and an open relay must be asked for; add the lines "
          "'use-auth-secret' and 'static-auth-secret=<secret>' (or no-auth for an open relay)");
    }
    if (names_a_store()) return;  // what is in it is known when it is read
    const bool credentials = (config_.lt_cred_mech && !config_.user.empty()) ||
                             (config_.use_auth_secret && !config_.static_auth_secret.empty());
    if (credentials) return;
    error(config_.use_auth_secret ? Option::use_auth_secret : Option::lt_cred_mech,
          config_.use_auth_secret ? "there is no secret; add the line 'static-auth-secret=<secret>'"
                                  : "there is no account; add the line 'user=<name>:<password>'");
  }

  /// Neither name nor password is shown when it is not clear which is which.
  void users() {
    constexpr std::size_t kMaxName = 508;  // RFC 8489 section 14.3: fewer than 509 bytes
    for (std::size_t i = 0; i < config_.user.size(); ++i) {
      const std::string_view text = config_.user[i].reveal();
      const std::size_t colon = text.find(':');
      if (colon == std::string_view::npos || colon == 0) {
        error(Option::user, "has no name before a ':'; write user=<name>:<password>", i);
      } else if (colon + 1 == text.size()) {
        error(Option::user,
              fmt::format("'{}' has no password; write user=<name>:<password>",
                          log::log_safe(text.substr(0, colon))),
              i);
      } else if (colon > kMaxName) {
        error(
            Option::user,
            fmt::format("a name of {} bytes is too long; at most {} are possible", colon, kMaxName),
            i);
      }
    }
  }

  void relaying() {
    if (config_.min_port > config_.max_port) {
      error(Option::min_port, fmt::format("{} is above max-port {}; exchange them",
                                          config_.min_port, config_.max_port));
    }
    if (config_.no_udp_relay && config_.no_tcp_relay && !config_.stun_only) {
      error(Option::no_udp_relay,
            "together with no-tcp-relay nothing can be relayed; take one away, or write stun-only");
    } else if (config_.no_udp_relay && !config_.stun_only) {
      warn(Option::no_udp_relay, "nothing can be relayed, because TCP relaying is not there yet");
    }
    if (config_.bps_capacity != 0 && config_.max_bps == 0) {
      error(Option::bps_capacity, "needs max-bps, the share of one session in bytes per second");
    }
    if (config_.bps_capacity != 0 && config_.max_bps > config_.bps_capacity) {
      error(Option::bps_capacity, fmt::format("{} is below max-bps {}, so no session could start",
                                              config_.bps_capacity, config_.max_bps));
    }
    if (config_.stun_only && config_.no_stun) {
      error(Option::no_stun, "together with stun-only nothing is served; take one of them away");
    }
  }

  void tls() {
    if (config_.no_tls) return;
    if (config_.cert.empty() != config_.pkey.empty()) {
      const bool have_cert = config_.pkey.empty();
      error(have_cert ? Option::cert : Option::pkey,
            fmt::format("TLS needs {} too; add it, or write no-tls", have_cert ? "pkey" : "cert"));
    }
  }

  void metrics() {
    if (!config_.prometheus_path.starts_with('/')) {
      error(Option::prometheus_path, fmt::format("'{}' does not start with a slash; write /{}",
                                                 log::log_safe(config_.prometheus_path),
                                                 log::log_safe(config_.prometheus_path)));
    }
  }

 private:
  bool names_a_store() const {
    return !config_.userdb.empty() || !config_.psql_userdb.empty() ||
           !config_.mysql_userdb.empty() || !config_.mongo_userdb.empty() ||
           !config_.redis_userdb.empty();
  }

  void status(const OptionRow& row) {
    switch (row.status) {
      case Status::kPlanned:
        return warn(row.id, fmt::format("has no effect yet; missing: {}", row.note));
      case Status::kRefused:
        return error(row.id,
                     fmt::format("cannot be honoured yet and must not be ignored; missing: {}; "
                                 "take the line away to start without it",
                                 row.note));
      case Status::kDeclined:
      case Status::kRemoved:
        return warn(row.id, fmt::format("has no effect: {}", row.note));
      case Status::kImplemented:
      case Status::kNoop:
      case Status::kAlias:
      case Status::kInverseAlias:
        return;
    }
  }

  void warn(Option option, std::string_view text) {
    diagnostics_.warning(config_.origin(option), fmt::format("{}: {}", row_of(option).name, text));
  }
  void error(Option option, std::string_view text, std::size_t index = 0) {
    diagnostics_.error(config_.origin(option, index),
                       fmt::format("{}: {}", row_of(option).name, text));
  }

  const TurnserverConfig& config_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_turnserver(const TurnserverConfig& config, Diagnostics& diagnostics) {
  Checker checker(config, diagnostics);
  checker.statuses();
  checker.authentication();
  checker.users();
  checker.relaying();
  checker.tls();
  checker.metrics();
}

}  // namespace turnpike::conf
