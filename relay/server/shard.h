// Shard: one thread of the relay with everything it touches: its listeners, relay sockets, streams,
// timers, counters and its turn::Server. Shards share nothing on the data path. Split over shard.cc
// (life), shard_udp.cc (the data path), shard_effects.cc (what the core wants done) and
// shard_users.cc (users in a store, revocation).
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "base/rng.h"
#include "base/time.h"
#include "relay/crypto/crypto_rng.h"
#include "relay/crypto/openssl_digests.h"
#include "relay/net/receive_batch.h"
#include "relay/net/send_batch.h"
#include "relay/net/socket_error.h"
#include "relay/server/admin/ended_log.h"
#include "relay/server/client_streams.h"
#include "relay/server/event_log.h"
#include "relay/server/event_ptr.h"
#include "relay/server/relay_sockets.h"
#include "relay/server/shard_command.h"
#include "relay/server/shell_counters.h"
#include "relay/server/users/pending_requests.h"
#include "relay/server/users/user_cache.h"
#include "relay/server/users/user_lookups.h"
#include "relay/turn/server.h"

namespace turnpike::server {

/// What shards share, all of it on the control path but the address book.
struct SharedParts {
  RelayPorts& ports;
  Reservations& reservations;
  turn::RelayAddressBook& addresses;
  turn::QuotaLedger& quotas;
  ConnectionLimits& connections;
  EventLog& event_log;
  UserLookups* lookups = nullptr;  // null: there is no store of users
  EndedLog* ended = nullptr;       // null: nobody keeps accounts
};

struct ShardSettings {
  unsigned index = 0;
  std::string listening_device;  // `listening-device`
  int buffer_bytes = 0;          // `sock-buf-size`
  bool log_invalid = false;      // `drop-invalid-packets-log`
  std::size_t batch_slots = 64;  // datagrams per receive call
  HashSeed hash_seed;
  std::size_t cached_users = 16384;  // of the store of users; twice as many at most
  RelaySocketSettings relay_sockets;
  ClientStreamsSettings streams;
};

class Shard {
 public:
  Shard(ShardSettings settings, const SharedParts& shared,
        std::shared_ptr<const turn::Policy> policy);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // Before run().
  Result<void, net::SocketError> listen_udp(const Endpoint& at);
  Result<void, net::SocketError> listen_stream(const Endpoint& at);

  /// The shard's thread. Returns after kStop, with every allocation closed.
  void run();
  /// From any thread.
  void post(ShardCommand command);

  const turn::Counters& core_counters() const { return core_counters_; }
  const ShellCounters& shell_counters() const { return shell_counters_; }
  std::uint64_t user_cache_hits() const { return users_.hits(); }

  // For ClientStreams, on the shard's thread.
  const Now& now() const { return now_; }
  void begin_turn();
  void end_turn();
  void on_client_frame(const turn::ClientPath& from, Bytes frame);

  // For RunOnShard, on the shard's thread.
  /// Returns how many allocations that has ended.
  std::size_t revoke(std::span<const credentials::Revocation> rules);
  void lift_revocation(credentials::RevocationKind kind, std::string_view value);
  std::vector<turn::SessionInfo> sessions(const turn::SessionFilter& filter) const;
  bool close_session(turn::SessionId id);
  std::size_t revocation_count() const { return core_.revocation_count(); }

  void on_stream_opened(const ClientAddress& client);
  void on_stream_closed(const FiveTuple& tuple);
  void flush_datagrams();

 private:
  struct UdpListener {
    Shard* owner = nullptr;
    std::uint32_t via = 0;
    net::Fd fd;
    Endpoint bound;
    bool wildcard = false;
    std::uint32_t kernel_drops = 0;  // as last read
    EventPtr readable;
  };

  // shard.cc
  static void on_mail(evutil_socket_t, short, void* shard);
  static void on_tick(evutil_socket_t, short, void* shard);
  static void on_core_deadline(evutil_socket_t, short, void* shard);
  void read_mail();
  void carry_out_command(ShardCommand& command);
  void arm_core_deadline();
  void log_invalid_datagrams();
  void count_kernel_drops();
  void stop();

  // shard_users.cc
  /// A message for the core, the first time or with the store's answer.
  void hand_to_core(const turn::ClientPath& from, Bytes message);
  void look_up(const turn::LookUpUser& wish);
  void on_user_answer(const UserAnswer& answer);
  void resume_requests(const std::string& user);
  void on_store_news(const ApplyStoreNews& news);
  void count_revocations();

  // shard_udp.cc
  static void on_listener_readable(evutil_socket_t, short, void* listener);
  static void on_relay_sockets_ready(evutil_socket_t, short, void* shard);
  void receive_from_clients(UdpListener& listener);
  void receive_from_peers();
  void drain_relay_socket(const RelaySockets::Socket& socket);
  void forward_to_peer(const turn::ClientRoute& route);
  void send_without_fragmenting(const RelaySockets::Socket& socket, const turn::ClientRoute& route);
  void forward_to_client(const turn::PeerRoute& route, MutableBytes payload);
  void report_unreachable_peers(const RelaySockets::Socket& socket);
  void send_datagram(const turn::ClientPath& to, Bytes bytes);
  void count_receive_problems(const net::ReceiveBatch& batch, std::uint64_t& truncated_before);

  // shard_effects.cc
  /// Carries out what the core wants, and tells it how relay sockets went, until it wants nothing
  /// more.
  void drain();
  void carry_out(const turn::Effect& effect);
  void open_relay_socket(const turn::OpenRelaySocket& wish);
  void note_allocation(const turn::ClientPath& client, int change);

  struct SocketOutcome {
    turn::AllocationHandle allocation;
    AddressFamily family{};
    Result<turn::RelaySocketOpened, turn::RelaySocketFailure> result;
  };

  ShardSettings settings_;
  SharedParts shared_;
  EventBasePtr base_;
  crypto::CryptoRng rng_;
  crypto::OpensslDigests digests_;
  turn::Counters core_counters_;
  ShellCounters shell_counters_;
  turn::Outbox outbox_;
  std::shared_ptr<const turn::Policy> policy_;
  UserCache users_;
  turn::Server core_;
  RelaySockets relay_sockets_;
  ClientStreams streams_;
  std::vector<std::unique_ptr<UdpListener>> udp_listeners_;
  net::ReceiveBatch from_clients_;
  net::ReceiveBatch from_peers_;
  net::SendBatch datagrams_;
  std::vector<SocketOutcome> outcomes_;
  struct Asking {
    const turn::ClientPath* from = nullptr;
    Bytes message;
  };
  Asking asking_;  // whose message the core has at the moment
  PendingRequests pending_;
  std::vector<std::string> refused_lookups_;
  Now now_;
  std::uint64_t invalid_told_ = 0;
  std::uint64_t truncated_clients_ = 0;
  std::uint64_t truncated_peers_ = 0;

  EventPtr relay_ready_;
  EventPtr tick_;
  EventPtr core_deadline_;
  MonotonicTime armed_deadline_ = kNever;

  net::Fd mail_signal_;
  EventPtr mail_;
  std::mutex mail_mutex_;
  std::vector<ShardCommand> mailbox_;
};

}  // namespace turnpike::server
