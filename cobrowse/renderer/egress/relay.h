// Bytes both ways between the browser and a site that is connected, until both have ended: a tunnel
// carries whatever comes, a plain request one request and one answer.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "cobrowse/renderer/egress/pipe.h"
#include "cobrowse/renderer/egress/reason.h"
#include "cobrowse/renderer/egress/shared.h"
#include "cobrowse/renderer/egress/watched_socket.h"

namespace turnpike::egress {

class Relay {
 public:
  enum class State : std::uint8_t {
    kGoing,
    kFinished,  // everything has been delivered, and the browser was told the end
    kBroken,    // something is missing; the browser is to see a reset, if nothing better
  };

  static Relay tunnel(Shared& shared);
  /// `body_bytes` of the request follow from the browser; what comes behind them is not read.
  /// `upgrade`: the site may turn the connection into a tunnel (RFC 9110 section 7.8).
  static Relay plain(Shared& shared, std::uint64_t body_bytes, bool upgrade);

  /// Goes to the site before everything that is received. Counts as body when `is_body`; what is
  /// more than the body is dropped.
  void send_up(std::string_view bytes, bool is_body);
  /// Goes to the browser before everything that the site sends.
  void send_down(std::string_view bytes) { down_.put(bytes); }

  /// Moves what can be moved now, and asks for the events that allow more.
  State pump(WatchedSocket& client, WatchedSocket& upstream);

  /// Whether the last pump() moved anything.
  bool moved() const { return moved_; }
  /// Why it is broken, where that has a name.
  std::optional<Reason> reason() const { return reason_; }
  /// Whether the browser has not got anything of the answer, so that it can be given another one.
  bool can_answer() const { return plain_ && !answered_ && down_.empty(); }

 private:
  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

  explicit Relay(Shared& shared) : shared_(&shared) {}
  bool takes_up() const { return !client_ended_ && !upstream_dead_ && up_left_ > 0; }
  void move_up(WatchedSocket& client, WatchedSocket& upstream);
  void move_down(WatchedSocket& client, WatchedSocket& upstream);
  void receive_up(WatchedSocket& client);
  void receive_down(WatchedSocket& upstream);
  void take_down(std::string_view bytes);
  void take_head(std::string_view bytes);
  void finish_down(WatchedSocket& client);
  /// Whether so many bytes more are within the limits; else it is broken.
  bool spend(std::uint64_t bytes);
  void break_off(std::optional<Reason> reason);
  void ask(WatchedSocket& client, WatchedSocket& upstream);

  Shared* shared_;
  bool plain_ = false;
  bool upgrade_ = false;
  State state_ = State::kGoing;
  std::optional<Reason> reason_{};
  bool moved_ = false;

  Pipe up_;
  std::uint64_t up_left_ = kUnlimited;  // of the request's body
  bool client_ended_ = false;
  bool up_closed_ = false;      // the site was told the end
  bool upstream_dead_ = false;  // nothing can be sent to it any more

  Pipe down_;
  std::string head_;  // of the answer, while it is not complete
  bool in_head_ = false;
  bool answered_ = false;
  bool upstream_ended_ = false;
  bool upstream_lost_ = false;  // it ended with a reset
  bool down_closed_ = false;    // the browser was told the end
  std::uint64_t downloaded_ = 0;
};

}  // namespace turnpike::egress
