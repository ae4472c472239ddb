#include "relay/server/policy_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/log.h"

namespace turnpike::server {
namespace {

using conf::Option;

constexpr std::string_view kFallbackRealm = "turnpike";

class PolicyBuilder {
 public:
  explicit PolicyBuilder(const conf::TurnserverConfig& config) : config_(config) {}

  PolicyOutcome run(const NetworkPlan& plan, const std::string& software, unsigned shards,
                    Rng& rng) {
    turn::Policy& p = out_.base.policy;
    p.serve_binding = !config_.no_stun;
    p.serve_turn = !config_.stun_only;
    p.binding_needs_auth = config_.secure_stun;
    p.udp_relay = !config_.no_udp_relay;
    p.relay_ipv4 = plan.relays(AddressFamily::kIpv4);
    p.relay_ipv6 = plan.relays(AddressFamily::kIpv6);
    p.always_fingerprint = config_.fingerprint;
    p.mapped_address = config_.stun_backward_compatibility;
    p.classic_stun = config_.rfc3489_compatibility;
    p.legacy_channel_numbers = config_.rfc5766_channel_numbers;
    p.reason_phrases = config_.include_reason_string;
    p.default_family = default_family();
    if (config_.software_attribute) p.software = software;
    build_authentication(rng);
    build_peers();
    build_lifetimes();
    build_limits(shards);
    return std::move(out_);
  }

 private:
  turn::DefaultFamily default_family() const {
    if (config_.keep_address_family) return turn::DefaultFamily::kKeep;
    if (config_.allocation_default_address_family == "ipv6") return turn::DefaultFamily::kIpv6;
    if (config_.allocation_default_address_family == "keep") return turn::DefaultFamily::kKeep;
    return turn::DefaultFamily::kIpv4;
  }

  void build_authentication(Rng& rng) {
    turn::Policy& p = out_.base.policy;
    p.authentication = !config_.no_auth;
    p.realm = config_.realm;
    if (p.realm.empty() && p.authentication) {
      p.realm = kFallbackRealm;
      out_.warnings.push_back(fmt::format(
          "no realm is set and this host has no domain name: using \"{}\"; add realm=your.domain",
          kFallbackRealm));
    }
    p.offer_sha256 = config_.password_algorithms == "md5,sha256";

    credentials::AuthenticatorSettings settings;
    settings.accounts_enabled = config_.lt_cred_mech;
    settings.shared_secrets_enabled = config_.use_auth_secret;
    settings.accounts = accounts();
    settings.shared_secrets = config_.static_auth_secret;
    settings.separator = config_.rest_api_separator.empty() ? ':' : config_.rest_api_separator[0];
    settings.realm = p.realm;
    settings.rest_sha1 = config_.rest_api_hash != "sha256";
    settings.rest_sha256 = config_.rest_api_hash != "sha1";
    settings.max_lifetime = config_.max_credential_lifetime;
    p.authenticator = credentials::Authenticator(settings);
    out_.base.authenticator = std::move(settings);

    turn::NonceSettings nonces;
    nonces.key = config_.stateless_nonce_secret;
    if (nonces.key.empty()) {
      std::string random(32, '\0');
      rng.fill({reinterpret_cast<std::uint8_t*>(random.data()), random.size()});
      nonces.key = Secret(std::move(random));
    }
    nonces.lifetime = config_.stale_nonce;
    nonces.offer_sha256 = p.offer_sha256;
    p.nonces = turn::NonceMint(std::move(nonces));

    if (!config_.is_default(Option::unauthorized_ratelimit)) {
      constexpr std::uint32_t kCoturnsRate = 10;
      const auto given = static_cast<std::uint32_t>(config_.unauthorized_ratelimit_rps);
      const std::uint32_t rate = given == 0 ? kCoturnsRate : given;
      p.challenges = {.replies_per_s = config_.unauthorized_ratelimit ? rate : 0, .burst = rate};
    }
  }

  std::vector<credentials::Account> accounts() {
    std::vector<credentials::Account> list;
    for (std::size_t i = 0; i < config_.user.size(); ++i) {
      const std::string_view text = config_.user[i].reveal();
      const std::size_t colon = text.find(':');
      if (colon == std::string_view::npos || colon == 0) {
        error(Option::user, i, "write user=NAME:PASSWORD or user=NAME:0xKEY");
        continue;
      }
      credentials::Account account{
          .name = std::string(text.substr(0, colon)), .password = {}, .md5_key = {}};
      const std::string_view rest = text.substr(colon + 1);
      if (rest.starts_with("0x")) {
        account.md5_key = parse_key(rest.substr(2));
        if (!account.md5_key) {
          error(Option::user, i,
                fmt::format(
                    "the key of \"{}\" is not 0x and 32 hexadecimal digits; turnadmin -k makes one",
                    log::log_safe(account.name)));
          continue;
        }
      } else {
        account.password = Secret(std::string(rest));
      }
      list.push_back(std::move(account));
    }
    return list;
  }

  static std::optional<Md5> parse_key(std::string_view hex) {
    Md5 key{};
    if (hex.size() != 2 * key.size()) return std::nullopt;
    for (std::size_t i = 0; i < key.size(); ++i) {
      const char* const from = hex.data() + 2 * i;
      const auto [end, failed] = std::from_chars(from, from + 2, key[i], 16);
      if (failed != std::errc() || end != from + 2) return std::nullopt;
    }
    return key;
  }

  void build_peers() {
    turn::PeerPolicySettings settings;
    settings.safe = config_.peer_policy != "coturn";
    settings.allow_loopback = config_.allow_loopback_peers;
    settings.no_multicast = config_.no_multicast_peers;
    settings.allowed = ranges(config_.allowed_peer_ip, Option::allowed_peer_ip);
    settings.denied = ranges(config_.denied_peer_ip, Option::denied_peer_ip);
    out_.base.policy.peers = turn::PeerPolicy(settings);
    out_.base.peers = std::move(settings);
  }

  std::vector<turn::IpRange> ranges(const std::vector<std::string>& texts, Option option) {
    std::vector<turn::IpRange> list;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (auto range = turn::IpRange::parse(texts[i])) {
        list.push_back(std::move(*range));
      } else {
        error(option, i,
              fmt::format("\"{}\" is no address, FIRST-LAST or ADDRESS/BITS of one family",
                          log::log_safe(texts[i])));
      }
    }
    return list;
  }

  void build_lifetimes() {
    turn::Lifetimes& l = out_.base.policy.lifetimes;
    l.allocation_max = config_.max_allocate_lifetime;
    l.allocation_default = std::min(l.allocation_default, l.allocation_max);
    l.permission = config_.permission_lifetime;
    l.channel = config_.channel_lifetime;
  }

  void build_limits(unsigned shards) {
    turn::Limits& l = out_.base.policy.limits;
    const std::uint64_t total = std::max<std::uint64_t>(config_.max_allocations, 1);
    l.max_allocations = static_cast<std::uint32_t>((total + shards - 1) / shards);
    l.max_permissions = static_cast<std::uint16_t>(
        std::min<std::uint64_t>(config_.max_permissions_per_allocation, 65535));
    l.max_channels = static_cast<std::uint16_t>(config_.max_channels_per_allocation);
    l.max_bytes_per_s = config_.max_bps;
  }

  void error(Option option, std::size_t index, std::string_view text) {
    out_.errors.push_back(fmt::format("{}: {}: {}", config_.origin(option, index).to_string(),
                                      conf::row_of(option).name, text));
  }

  const conf::TurnserverConfig& config_;
  PolicyOutcome out_;
};

}  // namespace

PolicyOutcome build_policy(const conf::TurnserverConfig& config, const NetworkPlan& plan,
                           const std::string& software, unsigned shards, Rng& rng) {
  return PolicyBuilder(config).run(plan, software, shards, rng);
}

}  // namespace turnpike::server
