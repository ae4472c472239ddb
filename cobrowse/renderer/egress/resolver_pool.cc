#include "cobrowse/renderer/egress/resolver_pool.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

namespace turnpike::egress {
namespace {

std::optional<IpAddress> address_of(const addrinfo& info) {
  if (info.ai_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, info.ai_addr, sizeof v4);
    return IpAddress::v4(ntohl(v4.sin_addr.s_addr));
  }
  if (info.ai_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, info.ai_addr, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return IpAddress::v6(bytes);
  }
  return std::nullopt;
}

}  // namespace

std::vector<IpAddress> system_resolver(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  std::vector<IpAddress> addresses;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0) return addresses;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    const auto ip = address_of(*one);
    if (ip && std::find(addresses.begin(), addresses.end(), *ip) == addresses.end()) {
      addresses.push_back(*ip);
    }
  }
  ::freeaddrinfo(list);
  return addresses;
}

ResolverPool::ResolverPool(std::size_t threads, std::size_t line, Resolver resolver,
                           OnResolved on_resolved)
    : line_(line), resolver_(std::move(resolver)), on_resolved_(std::move(on_resolved)) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

ResolverPool::~ResolverPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting_.clear();
  }
  arrived_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool ResolverPool::submit(std::uint64_t id, std::string host) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= line_) return false;
    waiting_.push_back({.id = id, .host = std::move(host)});
  }
  arrived_.notify_one();
  return true;
}

void ResolverPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    arrived_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const Question question = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    on_resolved_(question.id, resolver_(question.host));
    lock.lock();
  }
}

}  // namespace turnpike::egress
