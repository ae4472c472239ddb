// One connection of the browser to the proxy, from its first byte to its last: a head, a verdict, a
// look-up, a connection to one of the judged addresses, a relay. Moved on by the loop, on the
// loop's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cobrowse/renderer/egress/relay.h"
#include "cobrowse/renderer/egress/request_head.h"
#include "cobrowse/renderer/egress/shared.h"
#include "cobrowse/renderer/egress/watched_socket.h"

namespace turnpike::egress {

enum class Side : std::uint8_t { kClient = 0, kUpstream = 1 };

class Connection {
 public:
  /// `tag` and `tag + 1` are the epoll tags of the two sides.
  Connection(FileDescriptor client, std::uint64_t tag, Shared& shared);

  /// `events` as epoll_wait(2) tells them.
  void on_ready(Side side, std::uint32_t events);
  /// The name of take_lookup() has these addresses.
  void on_resolved(const std::vector<IpAddress>& addresses);
  /// take_lookup() found no room.
  void on_resolver_busy() { refuse(Reason::kBusy); }
  /// Called when deadline() has passed.
  void on_time();

  /// The proxy stops: what is not finished is reset.
  void on_stop() { close(phase_ != Phase::kHead && phase_ != Phase::kLingering); }

  /// A name that is to be looked up; told once.
  std::optional<std::string> take_lookup();
  MonotonicTime deadline() const { return deadline_; }
  bool is_closed() const { return phase_ == Phase::kClosed; }

 private:
  enum class Phase : std::uint8_t {
    kHead,
    kResolving,
    kConnecting,
    kRelaying,
    kAnswering,  // an answer of the proxy itself is on its way
    kLingering,  // everything is sent; the browser closes first, so that it gets all of it
    kClosed,
  };

  void read_head();
  void on_head(std::size_t length);
  void answer_locally();
  void try_next();
  void on_connect();
  void start_relay();
  void pump();
  void on_broken();
  void refuse(Reason reason);
  void send_answer(std::string_view answer);
  void linger();
  void discard();
  /// `reset`: the browser is to see that something is missing.
  void close(bool reset);
  void wait(Phase phase, milliseconds time);

  Shared& shared_;
  WatchedSocket client_;
  WatchedSocket upstream_;
  Phase phase_ = Phase::kHead;
  MonotonicTime deadline_{};
  std::string received_;  // the head, and what came right behind it
  RequestHead request_{};
  std::string host_;  // in its one form, once there is one
  std::optional<std::string> lookup_{};
  std::vector<IpAddress> addresses_;  // judged; those that were tried are gone
  Reason last_failure_ = Reason::kUnreachable;
  std::optional<Relay> relay_{};
  Pipe answer_;
};

}  // namespace turnpike::egress
