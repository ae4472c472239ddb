#include "cobrowse/renderer/ice_servers.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/json/object.hpp>
#include <charconv>
#include <memory>
#include <optional>

#include "base/log.h"
#include "http/core/json.h"

namespace turnpike::renderer {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxServers = 8;

/// RFC 7065.
std::optional<TurnServer> parse_url(std::string_view url) {
  if (!url.starts_with("turn:")) return std::nullopt;
  url.remove_prefix(5);
  TurnServer server;
  if (const std::size_t query = url.find('?'); query != std::string_view::npos) {
    const std::string_view transport = url.substr(query + 1);
    if (transport != "transport=udp" && transport != "transport=tcp") return std::nullopt;
    server.tcp = transport.ends_with("tcp");
    url = url.substr(0, query);
  }
  const std::size_t colon = url.rfind(':');
  const std::size_t bracket = url.find(']');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    const std::string_view port = url.substr(colon + 1);
    const auto [end, wrong] = std::from_chars(port.data(), port.data() + port.size(), server.port);
    if (wrong != std::errc() || end != port.data() + port.size()) return std::nullopt;
    url = url.substr(0, colon);
  }
  if (url.starts_with('[') && url.ends_with(']')) url = url.substr(1, url.size() - 2);
  if (url.empty()) return std::nullopt;
  server.host = url;
  return server;
}

std::optional<IpAddress> look_up(const std::string& host) {
  if (const auto address = IpAddress::parse(host)) return address;
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return std::nullopt;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family == AF_INET) {
      const auto* const v4 = reinterpret_cast<const sockaddr_in*>(one->ai_addr);
      return IpAddress::v4(ntohl(v4->sin_addr.s_addr));
    }
    if (one->ai_family == AF_INET6) {
      const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(one->ai_addr);
      return IpAddress::v6(std::to_array(v6->sin6_addr.s6_addr));
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<TurnServer> parse_ice_servers(const json::array& servers) {
  std::vector<TurnServer> list;
  for (const json::value& one : servers) {
    if (!one.is_object()) continue;
    const json::object& object = one.get_object();
    const auto username = http::text_member(object, "username");
    const auto credential = http::text_member(object, "credential");
    const json::value* const urls = object.if_contains("urls");
    if (!username || !credential || urls == nullptr || !urls->is_array()) continue;
    for (const json::value& url : urls->get_array()) {
      if (!url.is_string() || list.size() >= kMaxServers) continue;
      auto server = parse_url(std::string_view(url.get_string()));
      if (!server) continue;
      server->username = username->value_or("");
      server->password = Secret(credential->value_or(""));
      list.push_back(*std::move(server));
    }
  }
  return list;
}

NameLookup::NameLookup() : thread_([this] { run(); }) {}

NameLookup::~NameLookup() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  wake_.notify_all();
  thread_.join();
}

void NameLookup::resolve(std::vector<TurnServer> servers, OnDone on_done) {
  {
    const std::lock_guard lock(mutex_);
    queue_.emplace_back(std::move(servers), std::move(on_done));
  }
  wake_.notify_one();
}

void NameLookup::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    auto [servers, on_done] = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    std::vector<ice::RelayServer> relays;
    for (TurnServer& server : servers) {
      const auto address = look_up(server.host);
      if (!address) {
        LOG(kWarning, "relay {}: the name is unknown", log::log_safe(server.host));
        continue;
      }
      relays.push_back({.address = {*address, server.port},
                        .tcp = server.tcp,
                        .username = std::move(server.username),
                        .password = std::move(server.password)});
    }
    on_done(std::move(relays));
    lock.lock();
  }
}

}  // namespace turnpike::renderer
