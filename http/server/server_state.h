// What every connection of one server shares: settings, handler, counters, and who is connected.
// Thread-safe; it knows nothing about HTTP.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/ip_address.h"
#include "http/server/http_server.h"

namespace turnpike::http {

class Connection;

class ServerState {
 public:
  ServerState(HttpServerSettings settings, Handler handler)
      : settings_(std::move(settings)), handler_(std::move(handler)) {}

  const HttpServerSettings& settings() const { return settings_; }
  const Handler& handler() const { return handler_; }

  void count(HttpCounter which) {
    counters_[static_cast<std::size_t>(which)].fetch_add(1, std::memory_order_relaxed);
  }
  std::uint64_t counter(HttpCounter which) const {
    return counters_[static_cast<std::size_t>(which)].load(std::memory_order_relaxed);
  }

  /// A place among the connections, or none when the limits say so. `address`: without one there is
  /// no limit per address.
  std::optional<std::uint64_t> enter(const std::optional<IpAddress>& address);
  void leave(std::uint64_t id);
  /// So that stop() can reach it.
  void attach(std::uint64_t id, const std::weak_ptr<Connection>& connection);

  std::size_t open() const;
  std::vector<std::shared_ptr<Connection>> connections() const;
  /// False when some are left at the deadline.
  bool wait_until_empty(std::chrono::milliseconds deadline);

 private:
  struct Entry {
    std::optional<IpAddress> address;
    std::weak_ptr<Connection> connection;
  };

  const HttpServerSettings settings_;
  const Handler handler_;
  std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(HttpCounter::kCount)> counters_{};
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::uint64_t next_id_ = 1;
  std::unordered_map<std::uint64_t, Entry> entries_;
  std::map<IpAddress, std::size_t> per_address_;
};

}  // namespace turnpike::http
