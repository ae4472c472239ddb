#include "relay/server/redis_stats.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "relay/server/ops/signals.h"

namespace turnpike::server {
namespace {

using credentials::RedisCommand;
using credentials::StoreError;
using credentials::StoreResult;
using Clock = std::chrono::steady_clock;
using Kind = RedisStatsEvent::Kind;

constexpr seconds kRetryAfter{1};
constexpr seconds kLookAfter{2};  // whether the server is still the one that has our keys
constexpr std::string_view kStatus = "/status";

bool is_publish(const RedisCommand& command) {
  return command.front() == "PUBLISH";
}

}  // namespace

RedisStats::RedisStats(credentials::RedisSettings settings, const std::string& server)
    : connection_(std::move(settings)), registry_("turnpike/statsdb/" + server) {}

RedisStats::~RedisStats() {
  stop();
}

void RedisStats::start() {
  thread_ = std::thread([this] {
    block_signals_in_this_thread();
    run();
  });
}

void RedisStats::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  more_.notify_one();
  thread_.join();
}

void RedisStats::add(RedisStatsEvent event) {
  {
    const std::lock_guard lock(mutex_);
    const std::size_t room = event.kind == Kind::kTraffic ? kMaxTraffic : kMaxQueued;
    if (queue_.size() >= room) {
      lost_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    queue_.push_back(std::move(event));
  }
  more_.notify_one();
}

/// False: stop() was called and nothing is left.
bool RedisStats::take(std::vector<RedisStatsEvent>& batch) {
  batch.clear();
  std::unique_lock lock(mutex_);
  const auto patience = connection_.connected() ? kLookAfter : kRetryAfter;
  more_.wait_for(lock, patience, [this] { return stopping_ || !queue_.empty(); });
  batch.swap(queue_);
  return !batch.empty() || !stopping_;
}

void RedisStats::run() {
  connect();
  std::vector<RedisStatsEvent> batch;
  while (take(batch)) {
    // Before what is new is remembered: what is restored was told of already.
    const bool ready = connect();
    Commands commands;
    for (const RedisStatsEvent& event : batch) append(commands, event);
    if (commands.empty()) commands.push_back({"PING"});
    if (ready) {
      deliver(commands);
    } else {
      lost_.fetch_add(
          static_cast<std::uint64_t>(std::count_if(commands.begin(), commands.end(), is_publish)),
          std::memory_order_relaxed);
    }
  }
  connection_.close();
}

void RedisStats::append(Commands& commands, const RedisStatsEvent& event) {
  const std::string key = event.base + std::string(kStatus);
  const auto publish = [&commands](std::string channel, std::string message) {
    commands.push_back({"PUBLISH", std::move(channel), std::move(message)});
  };
  const auto set = [&](const std::string& status) {
    commands.push_back({"SET", key, status});
    commands.push_back({"SADD", registry_, key});
    publish(key, status);
  };
  if (event.kind == Kind::kStatus) {
    live_[key] = event.status;
    set(event.status);
    return;
  }
  const auto known = live_.find(key);
  if (event.refreshed_to_zero && known != live_.end()) set(status_at_zero(known->second));
  publish(event.base + "/traffic", event.traffic);
  publish(event.base + "/traffic/peer", event.peer_traffic);
  if (event.kind == Kind::kTraffic) return;
  if (known != live_.end()) live_.erase(known);
  commands.push_back({"DEL", key});
  commands.push_back({"SREM", registry_, key});
  publish(key, "deleted");
  publish(event.base + "/total_traffic", event.total);
  publish(event.base + "/total_traffic/peer", event.peer_total);
}

void RedisStats::deliver(const Commands& commands) {
  auto done = connection_.run_here(commands);
  if (done) return;
  lost_.fetch_add(
      static_cast<std::uint64_t>(std::count_if(commands.begin(), commands.end(), is_publish)),
      std::memory_order_relaxed);
  tell_down(done.error());
  connection_.close();
}

bool RedisStats::connect() {
  if (connection_.connected()) return true;
  if (Clock::now() < retry_) return false;
  auto done = connection_.connect();
  if (done) done = restore();
  if (done) {
    if (std::exchange(told_down_, false)) LOG(kInfo, "redis-statsdb: connected again");
    return true;
  }
  tell_down(done.error());
  connection_.close();
  retry_ = Clock::now() + kRetryAfter;
  return false;
}

/// The server may have lost our keys, or may have some that an earlier process of ours left.
StoreResult<void> RedisStats::restore() {
  const RedisCommand ask = {"SMEMBERS", registry_};
  auto members = connection_.run_here({&ask, 1});
  if (!members) return fail(members.error());
  Commands commands;
  for (const auto& member : members->front().items) {
    if (live_.contains(member.text)) continue;
    commands.push_back({"DEL", member.text});
    commands.push_back({"SREM", registry_, member.text});
  }
  for (const auto& [key, status] : live_) {
    commands.push_back({"SET", key, status});
    commands.push_back({"SADD", registry_, key});
  }
  if (commands.empty()) return {};
  auto done = connection_.run_here(commands);
  if (!done) return fail(done.error());
  return {};
}

void RedisStats::tell_down(const StoreError& error) {
  if (std::exchange(told_down_, true)) return;
  LOG(kWarning, "redis-statsdb: {}; sessions go on, and their states are sent when it is back",
      error.text);
}

std::string stats_server_name(std::uint16_t listening_port) {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) name[0] = '\0';
  return fmt::format("{}:{}", name.data(), listening_port);
}

}  // namespace turnpike::server
