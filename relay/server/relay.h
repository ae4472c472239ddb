// Relay: all shards of one process with what they share, as one thing to start and stop. The
// program around it (configuration, signals, files) is main.cc.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "base/result.h"
#include "conf/turnserver_config.h"
#include "relay/net/socket_error.h"
#include "relay/server/admin/ended_log.h"
#include "relay/server/connection_limits.h"
#include "relay/server/event_log.h"
#include "relay/server/quota/quota_table.h"
#include "relay/server/redis_stats.h"
#include "relay/server/relay_ports.h"
#include "relay/server/relay_store.h"
#include "relay/server/reservations.h"
#include "relay/server/shard.h"
#include "relay/server/startup.h"
#include "relay/server/traffic_totals.h"

namespace turnpike::server {

class Relay {
 public:
  Relay(const conf::TurnserverConfig& config, Setup setup, Rng& rng);
  ~Relay();

  /// Opens every listener, before privileges are dropped. Logs a line for each.
  Result<void, net::SocketError> open_listeners();
  /// Starts the threads.
  void start();
  /// Ends every allocation and thread. start() must have been called.
  void stop();
  void replace_tls(std::shared_ptr<const crypto::TlsContext> tls);

  // For the metrics page, from any thread.
  const std::vector<std::unique_ptr<Shard>>& shards() const { return shards_; }
  const RelayPorts& ports() const { return ports_; }
  const TrafficTotals& traffic() const { return traffic_; }
  const QuotaTable& quotas() const { return quotas_; }
  const EventLog& event_log() const { return event_log_; }
  /// Null: there is no store of users.
  RelayStore* store() { return store_.get(); }
  const RelayStore* store() const { return store_.get(); }
  /// `rest-api-separator`
  char credential_separator() const { return setup_.base.policy.authenticator.separator(); }
  const RedisStats* redis_stats() const { return redis_stats_.get(); }
  /// Null: there is no admin socket, where it could be read.
  EndedLog* ended() { return ended_.get(); }

 private:
  ShardSettings shard_settings(const conf::TurnserverConfig& config, unsigned index,
                               HashSeed seed) const;

  Setup setup_;
  TrafficTotals traffic_;
  std::unique_ptr<RedisStats> redis_stats_;  // null: no redis-statsdb
  EventLog event_log_;
  std::unique_ptr<EndedLog> ended_;
  RelayPorts ports_;
  Reservations reservations_;
  turn::RelayAddressBook addresses_;
  QuotaTable quotas_;
  ConnectionLimits connections_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<std::thread> threads_;
  std::unique_ptr<RelayStore> store_;  // its threads write to the shards: gone before them
};

}  // namespace turnpike::server
