#include "relay/server/shard.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.h"
#include "base/log.h"
#include "relay/net/tcp_listener.h"
#include "relay/net/udp_socket.h"
#include "relay/server/clock.h"

namespace turnpike::server {
namespace {

constexpr std::size_t kSendBatch = 256;

EventBasePtr make_base() {
  event_config* config = event_config_new();
  event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
  event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
  EventBasePtr base(event_base_new_with_config(config));
  event_config_free(config);
  CHECK(base != nullptr);
  return base;
}

timeval to_timeval(Duration d) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(std::max(d, Duration(0)));
  return {static_cast<time_t>(us.count() / 1'000'000),
          static_cast<suseconds_t>(us.count() % 1'000'000)};
}

}  // namespace

Shard::Shard(ShardSettings settings, const SharedParts& shared,
             std::shared_ptr<const turn::Policy> policy)
    : settings_(std::move(settings)),
      shared_(shared),
      base_(make_base()),
      policy_(std::move(policy)),
      users_(settings_.hash_seed, settings_.cached_users),
      core_({.digests = digests_,
             .rng = rng_,
             .quotas = shared.quotas,
             .addresses = shared.addresses,
             .counters = core_counters_,
             .seed = settings_.hash_seed,
             .shard = static_cast<std::uint16_t>(settings_.index),
             .users = shared.lookups != nullptr ? &users_ : nullptr},
            policy_.get(), outbox_),
      relay_sockets_(settings_.index, settings_.relay_sockets,
                     {shared.ports, shared.reservations, shared.addresses}, rng_),
      streams_(*this, base_.get(), settings_.streams, shared.connections, shell_counters_),
      from_clients_(settings_.batch_slots),
      from_peers_(settings_.batch_slots),
      datagrams_(kSendBatch),
      now_(sample_now()),
      mail_signal_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  CHECK(mail_signal_.valid());
  mail_ = make_event(base_.get(), mail_signal_.get(), EV_READ | EV_PERSIST, &on_mail, this);
  relay_ready_ = make_event(base_.get(), relay_sockets_.poll().fd(), EV_READ | EV_PERSIST,
                            &on_relay_sockets_ready, this);
  tick_ = make_event(base_.get(), -1, EV_PERSIST, &on_tick, this);
  core_deadline_ = make_event(base_.get(), -1, 0, &on_core_deadline, this);
}

Shard::~Shard() = default;

Result<void, net::SocketError> Shard::listen_udp(const Endpoint& at) {
  const bool wildcard = at.ip.is_unspecified();
  auto fd = net::open_udp_socket({.bind = at,
                                  .reuse_port = true,
                                  .device = settings_.listening_device,
                                  .receive_buffer = settings_.buffer_bytes,
                                  .send_buffer = settings_.buffer_bytes,
                                  .packet_info = wildcard});
  if (!fd) return fail(fd.error());
  auto listener = std::make_unique<UdpListener>();
  listener->owner = this;
  listener->via = static_cast<std::uint32_t>(udp_listeners_.size());
  listener->fd = std::move(*fd);
  listener->bound = at;
  listener->wildcard = wildcard;
  listener->readable = make_event(base_.get(), listener->fd.get(), EV_READ | EV_PERSIST,
                                  &on_listener_readable, listener.get());
  event_add(listener->readable.get(), nullptr);
  udp_listeners_.push_back(std::move(listener));
  return {};
}

Result<void, net::SocketError> Shard::listen_stream(const Endpoint& at) {
  auto fd = net::open_tcp_listener(at, {.reuse_port = true, .device = settings_.listening_device});
  if (!fd) return fail(fd.error());
  streams_.add_listener(std::move(*fd));
  return {};
}

void Shard::run() {
  const timeval second{1, 0};
  event_add(mail_.get(), nullptr);
  event_add(relay_ready_.get(), nullptr);
  event_add(tick_.get(), &second);
  event_base_dispatch(base_.get());
}

void Shard::post(ShardCommand command) {
  {
    const std::lock_guard lock(mail_mutex_);
    mailbox_.push_back(std::move(command));
  }
  const std::uint64_t one = 1;
  const auto written = ::write(mail_signal_.get(), &one, sizeof one);
  static_cast<void>(written);  // EAGAIN only when the signal is up already
}

void Shard::on_mail(evutil_socket_t, short, void* shard) {
  auto& self = *static_cast<Shard*>(shard);
  self.begin_turn();
  self.read_mail();
  self.end_turn();
}

void Shard::read_mail() {
  std::uint64_t count = 0;
  const auto n = ::read(mail_signal_.get(), &count, sizeof count);
  static_cast<void>(n);
  std::vector<ShardCommand> commands;
  {
    const std::lock_guard lock(mail_mutex_);
    commands.swap(mailbox_);
  }
  for (ShardCommand& command : commands) carry_out_command(command);
}

void Shard::carry_out_command(ShardCommand& command) {
  struct Visitor {
    Shard& self;
    void operator()(StopShard) const { self.stop(); }
    void operator()(ReplaceTls& replace) const { self.streams_.set_tls(std::move(replace.tls)); }
    void operator()(const ApplyStoreNews& news) const { self.on_store_news(news); }
    void operator()(const DeliverAnswer& answer) const { self.on_user_answer(answer.answer); }
    void operator()(const RunOnShard& order) const { order.run(self); }
  };
  std::visit(Visitor{*this}, command);
}

void Shard::stop() {
  streams_.stop_accepting();
  core_.shut_down(now_);
  drain();
  event_base_loopbreak(base_.get());
}

void Shard::begin_turn() {
  now_ = sample_now();
}

void Shard::end_turn() {
  flush_datagrams();
  core_.report_usage();
  drain();
  streams_.flush();
  streams_.reap();
  arm_core_deadline();
}

void Shard::arm_core_deadline() {
  const MonotonicTime next = core_.next_deadline();
  if (next >= armed_deadline_) return;  // waking too early is harmless
  armed_deadline_ = next;
  const timeval in = to_timeval(next - now_.monotonic + milliseconds(1));
  event_add(core_deadline_.get(), &in);
}

void Shard::on_core_deadline(evutil_socket_t, short, void* shard) {
  auto& self = *static_cast<Shard*>(shard);
  self.begin_turn();
  self.armed_deadline_ = kNever;
  self.core_.on_deadline(self.now_);
  self.drain();
  self.end_turn();
}

void Shard::on_tick(evutil_socket_t, short, void* shard) {
  auto& self = *static_cast<Shard*>(shard);
  self.begin_turn();
  self.relay_sockets_.expire_reservations(self.now_.monotonic);
  self.streams_.sweep(self.now_.monotonic);
  self.users_.forget_failures();
  self.shell_counters_.counts.add(ShellCount::kDropLookupOverdue,
                                  self.pending_.expire(self.now_.monotonic));
  self.core_.expire_revocations(self.now_.wall);
  self.count_revocations();
  self.count_kernel_drops();
  if (self.settings_.log_invalid) self.log_invalid_datagrams();
  self.end_turn();
}

/// The kernel counts in 32 bits, and the difference survives its turning over.
void Shard::count_kernel_drops() {
  for (const auto& listener : udp_listeners_) {
    const std::uint32_t drops = net::dropped_datagrams(listener->fd.get());
    shell_counters_.counts.add(ShellCount::kDropReceiveBufferFull, drops - listener->kernel_drops);
    listener->kernel_drops = drops;
  }
}

/// One line a second at most, whatever arrives.
void Shard::log_invalid_datagrams() {
  const std::uint64_t dropped = shell_counters_.counts.read(ShellCount::kDropInvalid);
  if (dropped == invalid_told_) return;
  LOG(kWarning, "dropped {} datagrams that are neither STUN nor ChannelData",
      dropped - invalid_told_);
  invalid_told_ = dropped;
}

void Shard::on_stream_opened(const ClientAddress& client) {
  shared_.event_log.stream_opened(client);
}

void Shard::on_stream_closed(const FiveTuple& tuple) {
  shared_.event_log.stream_closed(core_.session_at(tuple), tuple.client);
  pending_.forget(tuple);
  core_.on_client_gone(now_, tuple);
  drain();
}

}  // namespace turnpike::server
