#include "relay/server/client_streams.h"

#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "base/log.h"
#include "relay/server/shard.h"

namespace turnpike::server {
namespace {

constexpr int kAcceptsPerTurn = 64;
constexpr int kReadsPerTurn = 4;
constexpr std::size_t kReadSize = 64 * 1024;
constexpr std::string_view kHttpAnswer =
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

}  // namespace

ClientStreams::ClientStreams(Shard& shard, event_base* base, ClientStreamsSettings settings,
                             ConnectionLimits& limits, ShellCounters& counters)
    : shard_(shard),
      base_(base),
      settings_(std::move(settings)),
      limits_(limits),
      counters_(counters),
      read_space_(kReadSize),
      plaintext_space_(kReadSize) {}

ClientStreams::~ClientStreams() = default;

void ClientStreams::add_listener(net::Fd fd) {
  auto listener = std::make_unique<Listener>();
  listener->owner = this;
  listener->fd = std::move(fd);
  listener->readable =
      make_event(base_, listener->fd.get(), EV_READ | EV_PERSIST, &on_acceptable, listener.get());
  event_add(listener->readable.get(), nullptr);
  listeners_.push_back(std::move(listener));
}

void ClientStreams::on_acceptable(evutil_socket_t, short, void* listener) {
  auto& l = *static_cast<Listener*>(listener);
  l.owner->accept_some(l);
}

void ClientStreams::accept_some(Listener& listener) {
  shard_.begin_turn();
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    int error = 0;
    auto accepted = net::accept_stream(listener.fd.get(), error);
    if (!accepted) {
      if (error != 0) pause_accepting();
      break;
    }
    adopt(std::move(*accepted));
  }
  shard_.end_turn();
}

/// Descriptors ran out: the listener would stay readable and spin. The sweep takes it up again.
void ClientStreams::pause_accepting() {
  counters_.counts.add(ShellCount::kAcceptPaused);
  accepting_paused_ = true;
  stop_accepting();
}

void ClientStreams::stop_accepting() {
  for (const auto& listener : listeners_) event_del(listener->readable.get());
}

void ClientStreams::adopt(net::Accepted accepted) {
  if (!limits_.acquire(accepted.peer.ip)) {
    counters_.counts.add(ShellCount::kStreamsRefused);
    return;
  }
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(connections_.size()));
    connections_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  auto connection =
      std::make_unique<Connection>(*this, kFirstVia + index,
                                   ClientStream(std::move(accepted.fd), accepted.peer,
                                                accepted.local, settings_.max_queue_bytes));
  const int fd = connection->stream.socket().fd();
  connection->readable =
      make_event(base_, fd, EV_READ | EV_PERSIST, &on_readable, connection.get());
  connection->writable = make_event(base_, fd, EV_WRITE, &on_writable, connection.get());
  connection->deadline = shard_.now().monotonic + settings_.handshake_timeout;
  event_add(connection->readable.get(), nullptr);
  connections_[index] = std::move(connection);
  counters_.counts.add(ShellCount::kStreamsAccepted);
  shard_.on_stream_opened(connections_[index]->stream.tuple().client);
  counters_.streams.fetch_add(1, std::memory_order_relaxed);
}

void ClientStreams::on_readable(evutil_socket_t, short, void* connection) {
  auto& c = *static_cast<Connection*>(connection);
  ClientStreams& owner = *c.owner;
  owner.shard_.begin_turn();
  owner.read_some(c);
  owner.shard_.end_turn();
}

void ClientStreams::read_some(Connection& connection) {
  const StreamKinds kinds{.plain = settings_.plain, .tls = settings_.tls.get()};
  for (int i = 0; i < kReadsPerTurn && !connection.closing; ++i) {
    std::size_t n = 0;
    const auto status = connection.stream.socket().read(read_space_, n);
    if (status == net::StreamSocket::ReadStatus::kWouldBlock) return;
    if (status != net::StreamSocket::ReadStatus::kData) {
      return end_stream(connection, status == net::StreamSocket::ReadStatus::kEnd
                                        ? StreamEnd::kClosed
                                        : StreamEnd::kSocketError);
    }
    const StreamEnd end = connection.stream.receive(
        Bytes(read_space_).first(n), kinds, plaintext_space_, [&](Bytes frame) {
          if (connection.closing) return;
          shard_.on_client_frame({connection.stream.tuple(), connection.via}, frame);
          shard_.flush_datagrams();  // the payload lies in space that the next frame overwrites
        });
    after_receive(connection, end);
    if (n < read_space_.size()) return;
  }
}

void ClientStreams::after_receive(Connection& connection, StreamEnd end) {
  if (connection.stream.is_open() && !connection.announced) {
    connection.announced = true;
    if (connection.deadline != kNever) {
      connection.deadline = shard_.now().monotonic + settings_.allocate_timeout;
    }
    if (connection.stream.is_tls()) counters_.counts.add(ShellCount::kTlsHandshakes);
  }
  if (connection.stream.socket().queued() > 0) mark_dirty(connection);
  if (end != StreamEnd::kNone) end_stream(connection, end);
}

void ClientStreams::end_stream(Connection& connection, StreamEnd end) {
  switch (end) {
    case StreamEnd::kNone:
    case StreamEnd::kClosed:
    case StreamEnd::kSocketError:
      break;
    case StreamEnd::kBroken:
      counters_.counts.add(ShellCount::kStreamsBroken);
      break;
    case StreamEnd::kHttp:
      counters_.counts.add(ShellCount::kStreamsBroken);
      if (settings_.answer_http) connection.stream.socket().queue({as_bytes(kHttpAnswer)});
      break;
    case StreamEnd::kTlsFailed:
      counters_.counts.add(ShellCount::kTlsFailures);
      if (const auto* tls = connection.stream.tls()) {
        LOG(kDebug, "TLS with {} failed: {}", connection.stream.tuple().client.value.to_string(),
            log::log_safe(tls->error()));
      }
      break;
  }
  close(connection.via);
}

ClientStreams::Connection* ClientStreams::find(std::uint32_t via) {
  CHECK(via >= kFirstVia && via - kFirstVia < connections_.size());
  return connections_[via - kFirstVia].get();
}

void ClientStreams::mark_dirty(Connection& connection) {
  if (connection.dirty) return;
  connection.dirty = true;
  dirty_.push_back(connection.via);
}

void ClientStreams::queue_data(std::uint32_t via, Bytes frame) {
  Connection* connection = find(via);
  if (connection == nullptr || connection->closing) return;
  if (!connection->stream.queue_data(frame)) {
    counters_.counts.add(ShellCount::kDropStreamQueueFull);
    return;
  }
  mark_dirty(*connection);
}

void ClientStreams::queue_answer(std::uint32_t via, Bytes frame) {
  Connection* connection = find(via);
  if (connection == nullptr || connection->closing) return;
  if (!connection->stream.queue_answer(frame)) {
    counters_.counts.add(ShellCount::kStreamsSlow);
    return close(via);
  }
  mark_dirty(*connection);
}

void ClientStreams::allocation_changed(std::uint32_t via, bool alive, MonotonicTime now) {
  if (Connection* connection = find(via)) {
    connection->deadline = alive ? kNever : now + settings_.allocate_timeout;
  }
}

session_log::TlsWords ClientStreams::tls_words(std::uint32_t via) const {
  if (via < kFirstVia) return {};
  const auto& connection = connections_[via - kFirstVia];
  if (!connection || connection->stream.tls() == nullptr) return {};
  return {.cipher = connection->stream.tls()->cipher(),
          .method = connection->stream.tls()->protocol()};
}

void ClientStreams::close(std::uint32_t via) {
  Connection* connection = find(via);
  if (connection == nullptr || connection->closing) return;
  connection->closing = true;
  connection->stream.say_goodbye();
  closing_.push_back(via);
}

void ClientStreams::on_writable(evutil_socket_t, short, void* connection) {
  auto& c = *static_cast<Connection*>(connection);
  ClientStreams& owner = *c.owner;
  owner.shard_.begin_turn();
  owner.mark_dirty(c);
  owner.shard_.end_turn();
}

void ClientStreams::flush_one(Connection& connection) {
  connection.dirty = false;
  const std::size_t before = connection.stream.queued_bytes();
  switch (connection.stream.flush()) {
    case net::StreamSocket::FlushStatus::kDone:
      connection.blocked_since = kNever;
      return;
    case net::StreamSocket::FlushStatus::kError:
      end_stream(connection, StreamEnd::kSocketError);
      return;
    case net::StreamSocket::FlushStatus::kBlocked:
      break;
  }
  if (connection.blocked_since == kNever || connection.stream.queued_bytes() < before) {
    connection.blocked_since = shard_.now().monotonic;
  }
  if (!connection.closing) event_add(connection.writable.get(), nullptr);
}

void ClientStreams::flush() {
  for (std::size_t i = 0; i < dirty_.size(); ++i) {
    if (Connection* connection = find(dirty_[i])) flush_one(*connection);
  }
  dirty_.clear();
}

void ClientStreams::reap() {
  for (std::size_t i = 0; i < closing_.size(); ++i) {
    const std::uint32_t via = closing_[i];
    Connection* connection = find(via);
    CHECK(connection != nullptr && connection->closing);
    connection->stream.flush();  // a last try: the close_notify, an answer
    shard_.on_stream_closed(connection->stream.tuple());
    limits_.release(connection->stream.tuple().client.value.ip);
    counters_.streams.fetch_sub(1, std::memory_order_relaxed);
    connections_[via - kFirstVia].reset();
    free_.push_back(via - kFirstVia);
  }
  closing_.clear();
}

void ClientStreams::sweep(MonotonicTime now) {
  if (accepting_paused_) {
    accepting_paused_ = false;
    for (const auto& listener : listeners_) event_add(listener->readable.get(), nullptr);
  }
  for (const auto& connection : connections_) {
    if (!connection || connection->closing) continue;
    if (now >= connection->deadline) {
      const bool handshaking = connection->stream.is_tls() && !connection->stream.is_open();
      counters_.counts.add(handshaking ? ShellCount::kTlsFailures : ShellCount::kStreamsIdle);
      close(connection->via);
    } else if (connection->blocked_since != kNever &&
               now - connection->blocked_since >= kSlowReader) {
      counters_.counts.add(ShellCount::kStreamsSlow);
      close(connection->via);
    }
  }
}

}  // namespace turnpike::server
