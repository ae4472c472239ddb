#include "relay/server/startup.h"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "relay/server/policy_builder.h"

namespace turnpike::server {
namespace {

using conf::Option;

constexpr unsigned kMaxShards = 128;

/// Where a file of the configuration is: the first readable of the places Coturn looks at, or the
/// name as it was given.
std::string locate(const std::string& name, const std::string& executable_folder) {
  if (name.empty()) return name;
  for (const std::string& path : conf::candidate_paths(name, executable_folder)) {
    if (::access(path.c_str(), R_OK) == 0) return path;
  }
  return name;
}

unsigned usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void set_up_redis_stats(const conf::TurnserverConfig& config, SetupOutcome& out) {
  constexpr milliseconds kTimeout{5000};
  if (config.redis_statsdb.empty()) return;
  auto settings = credentials::parse_redis_settings(config.redis_statsdb.reveal(), kTimeout);
  if (!settings) {
    out.errors.push_back(fmt::format("{}: redis-statsdb: {}",
                                     config.origin(Option::redis_statsdb).to_string(),
                                     settings.error().text));
    return;
  }
  out.setup.redis_stats = std::move(*settings);
}

}  // namespace

unsigned shard_count(const conf::TurnserverConfig& config) {
  std::uint64_t n = config.relay_threads;
  if (config.is_default(Option::relay_threads)) {
    n = config.cpus > 0 ? config.cpus : usable_cpus();
  }
  return static_cast<unsigned>(std::clamp<std::uint64_t>(n, 1, kMaxShards));
}

std::string host_domain_name() {
  std::array<char, 256> name{};
  if (::getdomainname(name.data(), name.size() - 1) != 0) return {};
  const std::string domain(name.data());
  return domain == "(none)" ? std::string() : domain;
}

std::string software_name() {
  return "Turnpike-" TURNPIKE_VERSION;
}

TlsOutcome load_tls(const conf::TurnserverConfig& config, const std::string& executable_folder) {
  if (config.no_tls) return {};
  if (config.cert.empty() && config.pkey.empty()) {
    if (config.is_default(Option::tls_listening_port)) return {};
    return {{},
            fmt::format("{}: tls-listening-port is set and there is no certificate: add cert=FILE "
                        "and pkey=FILE, or no-tls",
                        config.origin(Option::tls_listening_port).to_string())};
  }
  const crypto::TlsSettings settings{.cert_path = locate(config.cert, executable_folder),
                                     .pkey_path = locate(config.pkey, executable_folder),
                                     .pkey_password = config.pkey_pwd,
                                     .ca_path = locate(config.ca_file, executable_folder),
                                     .cipher_list = config.cipher_list,
                                     .ec_curve_name = config.ec_curve_name,
                                     .dh_path = locate(config.dh_file, executable_folder),
                                     .min_tls13 = config.no_tlsv1_2};
  auto context = crypto::TlsContext::create(settings);
  if (!context)
    return {{}, fmt::format("TLS: {}; mend it, or add no-tls", context.error().message)};
  return {std::make_shared<const crypto::TlsContext>(std::move(*context)), {}};
}

SetupOutcome set_up(const conf::TurnserverConfig& config, const std::string& executable_folder,
                    Rng& rng) {
  SetupOutcome out;
  TlsOutcome tls = load_tls(config, executable_folder);
  if (!tls.error.empty()) out.errors.push_back(std::move(tls.error));
  out.setup.tls = std::move(tls.context);
  if (out.setup.tls) append(out.warnings, out.setup.tls->warnings());
  if (!out.setup.tls && !config.no_tls && out.errors.empty()) {
    out.notes.emplace_back("TLS is off: no certificate is configured (cert, pkey)");
  }

  NetworkPlanOutcome network =
      plan_network(config, out.setup.tls != nullptr, net::local_addresses(), &net::resolve_host);
  append(out.warnings, std::move(network.warnings));
  append(out.errors, std::move(network.errors));
  out.setup.plan = std::move(network.plan);
  out.setup.shards = shard_count(config);
  set_up_redis_stats(config, out);

  PolicyOutcome policy =
      build_policy(config, out.setup.plan, software_name(), out.setup.shards, rng);
  append(out.warnings, std::move(policy.warnings));
  append(out.errors, std::move(policy.errors));
  out.setup.base = std::move(policy.base);
  auto store = choose_store(config);
  if (store) {
    out.setup.store = std::move(*store);
  } else {
    out.errors.push_back(std::move(store.error()));
  }
  if (config.no_auth) {
    out.warnings.emplace_back("no-auth: everybody who can reach this server may relay through it");
  }
  return out;
}

}  // namespace turnpike::server
