#include "relay/server/client_stream.h"

#include <algorithm>
#include <array>

#include "relay/stun/classify.h"

namespace turnpike::server {

ClientStream::ClientStream(net::Fd fd, const Endpoint& client, const Endpoint& server,
                           std::size_t max_queue_bytes)
    : max_data_bytes_(max_queue_bytes),
      socket_(std::move(fd), max_queue_bytes + kAnswerReserve),
      tuple_{ClientAddress{client}, ServerAddress{server}, Transport::kTcp} {}

StreamEnd ClientStream::detect(Bytes beginning, const StreamKinds& kinds) {
  switch (stun::classify_stream(beginning)) {
    case stun::StreamKind::kNeedMore:
      return StreamEnd::kNone;
    case stun::StreamKind::kStun:
      if (!kinds.plain) return StreamEnd::kBroken;
      state_ = State::kPlain;
      return StreamEnd::kNone;
    case stun::StreamKind::kTls:
      if (kinds.tls == nullptr) return StreamEnd::kBroken;
      tls_.emplace(*kinds.tls);
      tuple_.transport = Transport::kTls;
      state_ = State::kTlsHandshake;
      return StreamEnd::kNone;
    case stun::StreamKind::kHttp:
      return StreamEnd::kHttp;
    case stun::StreamKind::kOther:
      return StreamEnd::kBroken;
  }
  return StreamEnd::kBroken;
}

StreamEnd ClientStream::feed_tls(Bytes ciphertext) {
  const auto result = tls_->feed(ciphertext);
  if (!move_ciphertext()) return StreamEnd::kSocketError;
  switch (result) {
    case crypto::TlsEngine::State::kHandshaking:
      return StreamEnd::kNone;
    case crypto::TlsEngine::State::kOpen:
      state_ = State::kTls;
      return StreamEnd::kNone;
    case crypto::TlsEngine::State::kClosed:
      return StreamEnd::kClosed;
    case crypto::TlsEngine::State::kFailed:
      return StreamEnd::kTlsFailed;
  }
  return StreamEnd::kTlsFailed;
}

/// From the engine to the socket's queue, as much as fits; false when that is not all of it, which
/// for handshake bytes means a client that does not read.
bool ClientStream::move_ciphertext() {
  const Bytes pending = tls_->peek_ciphertext();
  const std::size_t room = socket_.max_queue_bytes() - socket_.queued();
  const std::size_t moved = std::min(pending.size(), room);
  if (moved > 0 && socket_.queue({pending.first(moved)})) tls_->consume_ciphertext(moved);
  return tls_->pending_ciphertext() == 0;
}

std::size_t ClientStream::queued_bytes() const {
  return socket_.queued() + plain_out_.size() + (tls_ ? tls_->pending_ciphertext() : 0);
}

bool ClientStream::queue_data(Bytes frame) {
  return queue(frame, max_data_bytes_);
}

bool ClientStream::queue_answer(Bytes frame) {
  return queue(frame, socket_.max_queue_bytes());
}

bool ClientStream::queue(Bytes frame, std::size_t bound) {
  // A record adds up to about 30 bytes to 16 KiB; with the slack they mostly fit beside the rest.
  constexpr std::size_t kRecordSlack = 512;
  if (queued_bytes() + frame.size() + (tls_ ? kRecordSlack : 0) > bound) return false;
  if (!tls_) return socket_.queue({frame});
  plain_out_.insert(plain_out_.end(), frame.begin(), frame.end());
  return true;
}

net::StreamSocket::FlushStatus ClientStream::flush() {
  if (tls_ && !plain_out_.empty()) {
    tls_->write(plain_out_);
    constexpr std::size_t kKeptCapacity = 4096;
    if (plain_out_.capacity() > kKeptCapacity) {
      plain_out_ = {};
    } else {
      plain_out_.clear();
    }
  }
  // Records are longer than what they carry, so the last of them may not fit beside a full queue.
  while (true) {
    const bool all = !tls_ || move_ciphertext();
    const auto status = socket_.flush();
    if (all || status != net::StreamSocket::FlushStatus::kDone) return status;
  }
}

void ClientStream::say_goodbye() {
  if (!tls_) return;
  tls_->close();
  move_ciphertext();
}

}  // namespace turnpike::server
