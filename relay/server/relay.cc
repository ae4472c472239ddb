#include "relay/server/relay.h"

#include "base/log.h"
#include "relay/server/ops/signals.h"

namespace turnpike::server {
namespace {

HashSeed draw_seed(Rng& rng) {
  return {rng.next_u64(), rng.next_u64()};
}

QuotaSettings quota_settings(const conf::TurnserverConfig& config) {
  return {.user_quota = config.user_quota,
          .total_quota = config.total_quota,
          .bps_capacity = config.bps_capacity};
}

std::unique_ptr<RedisStats> make_redis_stats(const conf::TurnserverConfig& config,
                                             const Setup& setup) {
  if (!setup.redis_stats) return nullptr;
  return std::make_unique<RedisStats>(
      *setup.redis_stats, stats_server_name(static_cast<std::uint16_t>(config.listening_port)));
}

}  // namespace

Relay::Relay(const conf::TurnserverConfig& config, Setup setup, Rng& rng)
    : setup_(std::move(setup)),
      traffic_(config.prometheus_username_labels),
      redis_stats_(make_redis_stats(config, setup_)),
      event_log_({.verbose = config.verbose || config.very_verbose,
                  .log_binding = config.log_binding,
                  .redis_stats = redis_stats_.get()},
                 traffic_),
      ended_(config.admin_socket.empty() ? nullptr : std::make_unique<EndedLog>()),
      ports_({.addresses = setup_.plan.relay_addresses,
              .min_port = config.min_port,
              .max_port = config.max_port,
              .shards = setup_.shards,
              .quarantine = config.relay_quarantine}),
      quotas_(quota_settings(config)),
      connections_(draw_seed(rng), static_cast<std::uint32_t>(config.tcp_max_connections_per_ip)) {
  fill_address_book(setup_.plan, addresses_);
  if (setup_.store) store_ = std::make_unique<RelayStore>(*setup_.store, setup_.base, quotas_);
  const SharedParts shared{.ports = ports_,
                           .reservations = reservations_,
                           .addresses = addresses_,
                           .quotas = quotas_,
                           .connections = connections_,
                           .event_log = event_log_,
                           .lookups = store_ ? &store_->lookups() : nullptr,
                           .ended = ended_.get()};
  const auto policy = std::make_shared<const turn::Policy>(setup_.base.policy);
  for (unsigned i = 0; i < setup_.shards; ++i) {
    shards_.push_back(
        std::make_unique<Shard>(shard_settings(config, i, draw_seed(rng)), shared, policy));
  }
}

Relay::~Relay() = default;

ShardSettings Relay::shard_settings(const conf::TurnserverConfig& config, unsigned index,
                                    HashSeed seed) const {
  ShardSettings s;
  s.index = index;
  s.listening_device = config.listening_device;
  s.buffer_bytes = static_cast<int>(config.sock_buf_size);
  s.log_invalid = config.drop_invalid_packets_log;
  s.hash_seed = seed;
  s.relay_sockets = {.device = config.relay_device,
                     .buffer_bytes = static_cast<int>(config.sock_buf_size),
                     .follow_listener = setup_.plan.relay_follows_listener};
  s.streams.max_queue_bytes = config.tcp_send_queue_bytes;
  s.streams.handshake_timeout = config.tls_handshake_timeout;
  s.streams.allocate_timeout = config.max_allocate_timeout;
  s.streams.plain = !config.no_tcp;
  s.streams.answer_http = config.respond_http_unsupported;
  s.streams.tls = setup_.tls;
  return s;
}

Result<void, net::SocketError> Relay::open_listeners() {
  for (const auto& shard : shards_) {
    for (const Endpoint& at : setup_.plan.udp) {
      if (auto opened = shard->listen_udp(at); !opened) return opened;
    }
    for (const Endpoint& at : setup_.plan.streams) {
      if (auto opened = shard->listen_stream(at); !opened) return opened;
    }
  }
  const auto family = [](const Endpoint& at) { return at.ip.is_v4() ? "IPv4" : "IPv6"; };
  for (const Endpoint& at : setup_.plan.udp) {
    LOG(kInfo, "{}. UDP listener opened on: {}", family(at), at.to_string());
  }
  for (const Endpoint& at : setup_.plan.streams) {
    LOG(kInfo, "{}. {} listener opened on: {}", family(at), setup_.tls ? "TCP and TLS" : "TCP",
        at.to_string());
  }
  return {};
}

void Relay::start() {
  if (store_) store_->start(shards_);
  if (redis_stats_) redis_stats_->start();
  for (const auto& shard : shards_) {
    threads_.emplace_back([&shard] {
      block_signals_in_this_thread();
      shard->run();
    });
  }
}

void Relay::stop() {
  for (const auto& shard : shards_) shard->post(StopShard{});
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  if (store_) store_->stop();  // now, because shards ask it
  if (redis_stats_) redis_stats_->stop();
}

void Relay::replace_tls(std::shared_ptr<const crypto::TlsContext> tls) {
  for (const auto& shard : shards_) shard->post(ReplaceTls{tls});
}

}  // namespace turnpike::server
