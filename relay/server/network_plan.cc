#include "relay/server/network_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/log.h"

namespace turnpike::server {
namespace {

using conf::Option;

void add_once(std::vector<IpAddress>& list, const IpAddress& ip) {
  if (std::find(list.begin(), list.end(), ip) == list.end()) list.push_back(ip);
}

class Planner {
 public:
  Planner(const conf::TurnserverConfig& config, const std::vector<net::LocalAddress>& local,
          Resolver resolve)
      : config_(config), local_(local), resolve_(resolve) {}

  NetworkPlanOutcome run(bool tls) {
    plan_listeners(tls);
    plan_relay_addresses();
    plan_external();
    plan_own_peer_ports();
    return std::move(out_);
  }

 private:
  std::vector<IpAddress> resolve_all(const std::vector<std::string>& texts, Option option) {
    std::vector<IpAddress> ips;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (const auto ip = resolve_one(texts[i], option, i)) add_once(ips, *ip);
    }
    return ips;
  }

  std::optional<IpAddress> resolve_one(std::string_view text, Option option, std::size_t index) {
    const auto ip = resolve_(text);
    if (ip) return *ip;
    out_.errors.push_back(fmt::format("{}: {}: {}", config_.origin(option, index).to_string(),
                                      conf::row_of(option).name, ip.error()));
    return std::nullopt;
  }

  /// Every usable address of the machine, or of one interface.
  std::vector<IpAddress> local_of(const std::string& device) const {
    std::vector<net::LocalAddress> candidates;
    for (const net::LocalAddress& a : local_) {
      if (device.empty() || a.device == device) candidates.push_back(a);
    }
    return net::choose_listening_addresses(candidates);
  }

  void plan_listeners(bool tls) {
    listening_ = config_.listening_ip.empty()
                     ? local_of(config_.listening_device)
                     : resolve_all(config_.listening_ip, Option::listening_ip);
    if (listening_.empty() && out_.errors.empty()) {
      out_.errors.push_back(
          "no address to listen on: this machine has none that is up; set listening-ip");
    }
    for (const IpAddress& ip : listening_) {
      const Endpoint plain{ip, config_.listening_port};
      const Endpoint secure{ip, config_.tls_listening_port};
      if (!config_.no_udp) out_.plan.udp.push_back(plain);
      if (!config_.no_tcp || tls) out_.plan.streams.push_back(plain);
      if (tls && secure != plain) out_.plan.streams.push_back(secure);
    }
    if (out_.plan.udp.empty() && out_.plan.streams.empty() && out_.errors.empty()) {
      out_.errors.push_back("no-udp and no-tcp together without TLS leave nothing to listen on");
    }
  }

  void plan_relay_addresses() {
    NetworkPlan& plan = out_.plan;
    plan.relay_follows_listener = config_.relay_ip.empty();
    if (!plan.relay_follows_listener) {
      plan.relay_addresses = resolve_all(config_.relay_ip, Option::relay_ip);
    } else {
      for (const IpAddress& ip : listening_) {
        if (!ip.is_unspecified()) {
          add_once(plan.relay_addresses, ip);
          continue;
        }
        for (const IpAddress& other : local_of(config_.relay_device)) {
          if (other.family() == ip.family()) add_once(plan.relay_addresses, other);
        }
      }
    }
    std::erase_if(plan.relay_addresses, [](const IpAddress& ip) { return ip.is_unspecified(); });
    if (plan.relay_addresses.empty() && out_.errors.empty()) {
      out_.errors.push_back("no address to relay from; set relay-ip");
    }
  }

  void plan_external() {
    std::vector<IpAddress> singles;
    for (std::size_t i = 0; i < config_.external_ip.size(); ++i) {
      const std::string_view text = config_.external_ip[i];
      const std::size_t slash = text.find('/');
      const auto outside = resolve_one(text.substr(0, slash), Option::external_ip, i);
      if (!outside) continue;
      if (slash == std::string_view::npos) {
        plan_single(*outside, singles, i);
      } else if (const auto inside = resolve_one(text.substr(slash + 1), Option::external_ip, i)) {
        plan_pair(*outside, *inside, i);
      }
    }
    for (const IpAddress& single : singles) apply_single(single);
  }

  void plan_single(const IpAddress& outside, std::vector<IpAddress>& singles, std::size_t index) {
    const auto same_family = [&](const IpAddress& ip) { return ip.family() == outside.family(); };
    if (std::any_of(singles.begin(), singles.end(), same_family)) {
      out_.warnings.push_back(fmt::format(
          "{}: external-ip: a second address of the same family without a private one is ignored: "
          "write {}/PRIVATE-IP",
          config_.origin(Option::external_ip, index).to_string(), outside.to_string()));
      return;
    }
    singles.push_back(outside);
  }

  void plan_pair(const IpAddress& outside, const IpAddress& inside, std::size_t index) {
    const auto& relay = out_.plan.relay_addresses;
    if (std::find(relay.begin(), relay.end(), inside) == relay.end()) {
      out_.warnings.push_back(
          fmt::format("{}: external-ip: {} is not a relay address, so this mapping has no effect",
                      config_.origin(Option::external_ip, index).to_string(), inside.to_string()));
      return;
    }
    out_.plan.advertised.emplace_back(inside, outside);
  }

  /// The single form stands for every relay address of its family that has no pair, but loopback.
  void apply_single(const IpAddress& outside) {
    auto& advertised = out_.plan.advertised;
    for (const IpAddress& inside : out_.plan.relay_addresses) {
      const bool paired = std::any_of(advertised.begin(), advertised.end(),
                                      [&](const auto& pair) { return pair.first == inside; });
      if (inside.family() == outside.family() && !paired && !inside.is_loopback()) {
        advertised.emplace_back(inside, outside);
      }
    }
  }

  void plan_own_peer_ports() {
    for (std::size_t i = 0; i < config_.own_peer_ports.size(); ++i) {
      const std::string_view text = config_.own_peer_ports[i];
      const std::size_t dash = text.find('-');
      const auto first = parse_port(text.substr(0, dash));
      const auto last = dash == std::string_view::npos ? first : parse_port(text.substr(dash + 1));
      if (first && last && *first <= *last) {
        out_.plan.own_peer_ports.emplace_back(*first, *last);
        continue;
      }
      out_.errors.push_back(fmt::format("{}: own-peer-ports: \"{}\" is no port and no FIRST-LAST",
                                        config_.origin(Option::own_peer_ports, i).to_string(),
                                        log::log_safe(text)));
    }
  }

  static std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
      return std::nullopt;
    }
    return value;
  }

  const conf::TurnserverConfig& config_;
  const std::vector<net::LocalAddress>& local_;
  Resolver resolve_;
  std::vector<IpAddress> listening_;
  NetworkPlanOutcome out_;
};

}  // namespace

bool NetworkPlan::relays(AddressFamily family) const {
  return std::any_of(relay_addresses.begin(), relay_addresses.end(),
                     [&](const IpAddress& ip) { return ip.family() == family; });
}

NetworkPlanOutcome plan_network(const conf::TurnserverConfig& config, bool tls,
                                const std::vector<net::LocalAddress>& local, Resolver resolve) {
  return Planner(config, local, resolve).run(tls);
}

void fill_address_book(const NetworkPlan& plan, turn::RelayAddressBook& book) {
  for (const IpAddress& ip : plan.relay_addresses) {
    const auto mapped = std::find_if(plan.advertised.begin(), plan.advertised.end(),
                                     [&](const auto& pair) { return pair.first == ip; });
    book.add_relay_address(ip, mapped == plan.advertised.end() ? ip : mapped->second);
  }
  for (const std::vector<Endpoint>* listeners : {&plan.udp, &plan.streams}) {
    for (const Endpoint& at : *listeners) {
      if (!at.ip.is_unspecified()) book.add_other_address(at.ip);
    }
  }
  for (const auto& [first, last] : plan.own_peer_ports) book.open_ports(first, last);
}

}  // namespace turnpike::server
