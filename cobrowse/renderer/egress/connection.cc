#include "cobrowse/renderer/egress/connection.h"

#include <sys/epoll.h>

#include <utility>

#include "base/check.h"
#include "cobrowse/renderer/egress/head_fields.h"
#include "cobrowse/renderer/egress/refusal_page.h"

namespace turnpike::egress {
namespace {

constexpr std::uint16_t kLocalPort = 80;
constexpr std::uint32_t kLoss = EPOLLERR | EPOLLHUP;
constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";

}  // namespace

Connection::Connection(FileDescriptor client, std::uint64_t tag, Shared& shared)
    : shared_(shared), client_(shared.epoll_fd, tag), upstream_(shared.epoll_fd, tag + 1) {
  client_.open(std::move(client));
  client_.want(EPOLLIN);
  wait(Phase::kHead, shared_.limits.head_time);
}

void Connection::wait(Phase phase, milliseconds time) {
  phase_ = phase;
  deadline_ = shared_.now + time;
}

std::optional<std::string> Connection::take_lookup() {
  return std::exchange(lookup_, std::nullopt);
}

void Connection::on_ready(Side side, std::uint32_t events) {
  WatchedSocket& socket = side == Side::kClient ? client_ : upstream_;
  if (!socket.is_open()) return;  // an event from before it was closed
  if ((events & kLoss) != 0) socket.note_loss();
  if (side == Side::kClient && (events & EPOLLERR) != 0) {
    close(true);
    return;
  }
  switch (phase_) {
    case Phase::kHead:
      read_head();
      return;
    case Phase::kResolving:
      socket.want(0);
      return;
    case Phase::kConnecting:
      if (side == Side::kUpstream) {
        on_connect();
      } else {
        socket.want(0);
      }
      return;
    case Phase::kRelaying:
      pump();
      return;
    case Phase::kAnswering:
    case Phase::kLingering:
      discard();
      return;
    case Phase::kClosed:
      return;
  }
}

void Connection::on_time() {
  switch (phase_) {
    case Phase::kHead:
      if (received_.empty()) {
        // A browser that keeps a connection in store; it has asked for nothing.
        shared_.reasons.add(Reason::kHeadTooSlow);
        close(false);
      } else {
        refuse(Reason::kHeadTooSlow);
      }
      return;
    case Phase::kResolving:
      refuse(Reason::kUnresolved);
      return;
    case Phase::kConnecting:
      last_failure_ = Reason::kConnectTimeout;
      try_next();
      return;
    case Phase::kRelaying:
      refuse(Reason::kIdle);
      return;
    case Phase::kAnswering:
    case Phase::kLingering:
      close(phase_ == Phase::kAnswering);
      return;
    case Phase::kClosed:
      return;
  }
}

void Connection::read_head() {
  while (true) {
    const IoResult received = receive_some(client_.fd(), shared_.scratch);
    if (received.status == IoStatus::kAgain) return;
    if (received.status != IoStatus::kDone) {
      if (!received_.empty()) shared_.reasons.add(Reason::kMalformed);
      close(false);
      return;
    }
    received_ += as_text(MutableBytes(shared_.scratch).first(received.bytes));
    const auto length = head_length(received_);
    if (length.value_or(received_.size()) > shared_.limits.head_bytes) {
      refuse(Reason::kHeadTooLarge);
      return;
    }
    if (length) {
      on_head(*length);
      return;
    }
  }
}

void Connection::on_head(std::size_t length) {
  auto request = parse_request_head(std::string_view(received_).substr(0, length));
  received_.erase(0, length);
  if (!request) {
    refuse(request.error());
    return;
  }
  request_ = std::move(*request);
  host_ = request_.host;
  if (const auto one_form = parse_host(request_.host)) host_ = one_form->text;
  if (!host_.empty() && host_ == shared_.local_site.host) {
    answer_locally();
    return;
  }
  const auto host = shared_.policy.check_site(request_.host, request_.port);
  if (!host) {
    refuse(host.error());
    return;
  }
  if (shared_.session_limit_reached()) {
    refuse(Reason::kSessionLimit);
    return;
  }
  client_.want(0);
  wait(Phase::kResolving, shared_.limits.resolve_time);
  if (host->address) {
    on_resolved({*host->address});
  } else {
    lookup_ = host_;
  }
}

void Connection::answer_locally() {
  if (request_.connect || request_.port != kLocalPort) {
    refuse(Reason::kUnreachable);
    return;
  }
  const std::string_view line =
      std::string_view(request_.forward).substr(0, request_.forward.find('\r'));
  shared_.totals.add(Total::kRequests);
  send_answer(shared_.local_site.answer(line.substr(0, line.rfind(' '))));
}

void Connection::on_resolved(const std::vector<IpAddress>& addresses) {
  if (phase_ != Phase::kResolving) return;
  auto judged = shared_.policy.judge(request_.host, request_.port, addresses);
  if (!judged) {
    refuse(judged.error());
    return;
  }
  addresses_ = std::move(*judged);
  try_next();
}

/// Connects to an address that was judged, and to nothing else: the name is not looked up again.
void Connection::try_next() {
  upstream_.close();
  while (!addresses_.empty()) {
    const Endpoint to{addresses_.front(), request_.port};
    addresses_.erase(addresses_.begin());
    auto fd = start_connect(to);
    if (fd) {
      upstream_.open(std::move(*fd));
      upstream_.want(EPOLLOUT);
      wait(Phase::kConnecting, shared_.limits.connect_time);
      return;
    }
    last_failure_ = Reason::kUnreachable;
  }
  refuse(last_failure_);
}

void Connection::on_connect() {
  if (pending_error(upstream_.fd()) != 0) {
    last_failure_ = Reason::kUnreachable;
    try_next();
    return;
  }
  start_relay();
  pump();
}

void Connection::start_relay() {
  if (request_.connect) {
    relay_.emplace(Relay::tunnel(shared_));
    relay_->send_down(kEstablished);
    shared_.totals.add(Total::kTunnels);
  } else {
    relay_.emplace(Relay::plain(shared_, request_.body_bytes, request_.upgrade));
    relay_->send_up(request_.forward, false);
    shared_.totals.add(Total::kRequests);
  }
  relay_->send_up(received_, true);
  received_ = {};
  request_.forward = {};
  wait(Phase::kRelaying, shared_.limits.idle_time);
}

void Connection::pump() {
  switch (relay_->pump(client_, upstream_)) {
    case Relay::State::kGoing:
      if (relay_->moved()) wait(Phase::kRelaying, shared_.limits.idle_time);
      return;
    case Relay::State::kFinished:
      upstream_.close();
      linger();
      return;
    case Relay::State::kBroken:
      on_broken();
      return;
  }
}

void Connection::on_broken() {
  if (const auto reason = relay_->reason()) {
    refuse(*reason);
  } else {
    close(true);
  }
}

void Connection::refuse(Reason reason) {
  shared_.refuse(host_, request_.port, reason);
  if (relay_ && !relay_->can_answer()) {
    close(true);
  } else {
    send_answer(request_.connect ? refusal_line(reason) : refusal_page(reason, host_));
  }
}

void Connection::send_answer(std::string_view answer) {
  upstream_.close();
  answer_.put(answer);
  wait(Phase::kAnswering, shared_.limits.linger_time);
  discard();
}

void Connection::linger() {
  wait(Phase::kLingering, shared_.limits.linger_time);
  discard();
}

/// Sends what is left of an answer, and then waits for the browser's end. What it still sends is
/// read and dropped: closing a socket with unread bytes resets it, and the answer would be lost.
void Connection::discard() {
  bool moved = false;
  if (phase_ == Phase::kAnswering) {
    switch (answer_.drain(client_.fd(), moved)) {
      case IoStatus::kDone:
        send_end(client_.fd());
        wait(Phase::kLingering, shared_.limits.linger_time);
        break;
      case IoStatus::kAgain:
        if (moved) wait(Phase::kAnswering, shared_.limits.linger_time);
        break;
      case IoStatus::kEnd:
      case IoStatus::kError:
        close(true);
        return;
    }
  }
  const IoResult received = receive_some(client_.fd(), shared_.scratch);
  const bool gone = received.status == IoStatus::kError ||
                    (received.status == IoStatus::kEnd && phase_ == Phase::kLingering);
  if (gone) {
    close(false);
    return;
  }
  const bool sending = phase_ == Phase::kAnswering;
  const bool ended = received.status == IoStatus::kEnd;
  client_.want((sending ? EPOLLOUT : 0U) | (ended ? 0U : EPOLLIN));
}

void Connection::close(bool reset) {
  if (reset && client_.is_open()) reset_when_closed(client_.fd());
  client_.close();
  upstream_.close();
  relay_.reset();
  phase_ = Phase::kClosed;
}

}  // namespace turnpike::egress
