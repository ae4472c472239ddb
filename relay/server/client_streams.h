// ClientStreams: one shard's TCP and TLS clients: accepts, reads, writes, and closes those that are
// too slow, too silent or too many. What their frames mean is the Shard's matter.
#pragma once

#include <event2/event.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "relay/net/socket_error.h"
#include "relay/net/tcp_listener.h"
#include "relay/server/client_stream.h"
#include "relay/server/connection_limits.h"
#include "relay/server/event_ptr.h"
#include "relay/server/ops/session_log.h"
#include "relay/server/shell_counters.h"

namespace turnpike::server {

class Shard;

struct ClientStreamsSettings {
  std::size_t max_queue_bytes = 262144;           // `tcp-send-queue-bytes`
  Duration handshake_timeout = seconds(10);       // `tls-handshake-timeout`
  Duration allocate_timeout = seconds(60);        // `max-allocate-timeout`
  bool plain = true;                              // not `no-tcp`
  bool answer_http = false;                       // `respond-http-unsupported`
  std::shared_ptr<const crypto::TlsContext> tls;  // empty: TLS is not served
};

class ClientStreams {
 public:
  /// `via` values from here on name streams; smaller ones are UDP listeners.
  static constexpr std::uint32_t kFirstVia = 0x80000000;
  /// A client that takes nothing for so long while data waits for it is closed.
  static constexpr seconds kSlowReader{30};

  ClientStreams(Shard& shard, event_base* base, ClientStreamsSettings settings,
                ConnectionLimits& limits, ShellCounters& counters);
  ~ClientStreams();

  void add_listener(net::Fd listener);
  void set_tls(std::shared_ptr<const crypto::TlsContext> tls) { settings_.tls = std::move(tls); }

  /// Queues relayed data, padded already; it leaves at the end of the turn. Dropped and counted
  /// when the client reads too slowly.
  void queue_data(std::uint32_t via, Bytes frame);
  /// Queues an answer. A client for which not even that has room is closed.
  void queue_answer(std::uint32_t via, Bytes frame);
  /// An allocation of this client was made or has ended: a stream without one is closed after a
  /// while.
  void allocation_changed(std::uint32_t via, bool alive, MonotonicTime now);
  /// For the log; empty for a client without TLS.
  session_log::TlsWords tls_words(std::uint32_t via) const;
  /// At the end of the turn, after what is queued has been tried.
  void close(std::uint32_t via);

  // Called by the shard.
  void flush();
  /// Takes closed streams apart; the shard tells the core about each.
  void reap();
  void sweep(MonotonicTime now);
  void stop_accepting();

 private:
  struct Listener {
    ClientStreams* owner = nullptr;
    net::Fd fd;
    EventPtr readable;
  };
  struct Connection {
    Connection(ClientStreams& o, std::uint32_t v, ClientStream s)
        : owner(&o), via(v), stream(std::move(s)) {}
    ClientStreams* owner;
    std::uint32_t via;
    ClientStream stream;
    EventPtr readable;
    EventPtr writable;
    MonotonicTime deadline{};  // of the handshake, then of the first allocation; kNever with one
    MonotonicTime blocked_since = kNever;
    bool dirty = false;
    bool closing = false;
    bool announced = false;  // past the handshake
  };

  static void on_acceptable(evutil_socket_t, short, void* listener);
  static void on_readable(evutil_socket_t, short, void* connection);
  static void on_writable(evutil_socket_t, short, void* connection);

  void accept_some(Listener& listener);
  void pause_accepting();
  void adopt(net::Accepted accepted);
  void read_some(Connection& connection);
  void after_receive(Connection& connection, StreamEnd end);
  void end_stream(Connection& connection, StreamEnd end);
  void flush_one(Connection& connection);
  void mark_dirty(Connection& connection);
  Connection* find(std::uint32_t via);

  Shard& shard_;
  event_base* base_;
  ClientStreamsSettings settings_;
  ConnectionLimits& limits_;
  ShellCounters& counters_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> dirty_;
  std::vector<std::uint32_t> closing_;
  bool accepting_paused_ = false;
  std::vector<std::uint8_t> read_space_;
  std::vector<std::uint8_t> plaintext_space_;
};

}  // namespace turnpike::server
