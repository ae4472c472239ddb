// ClientStream: one client's TCP or TLS connection: tells plain STUN from TLS by its first bytes,
// cuts frames, and queues what goes back within a bound. It does not know the relay; ClientStreams
// owns it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "base/time.h"
#include "relay/crypto/tls_context.h"
#include "relay/crypto/tls_engine.h"
#include "relay/net/stream_socket.h"
#include "relay/stun/stream_framer.h"

namespace turnpike::server {

/// Which kinds of stream are served.
struct StreamKinds {
  bool plain = true;                        // not `no-tcp`
  const crypto::TlsContext* tls = nullptr;  // not `no-tls`; used while the stream starts
};

enum class StreamEnd : std::uint8_t {
  kNone,
  kClosed,  // by the client
  kBroken,  // its bytes are not what this server speaks
  kHttp,    // it spoke HTTP
  kTlsFailed,
  kSocketError,
};

class ClientStream {
 public:
  ClientStream(net::Fd fd, const Endpoint& client, const Endpoint& server,
               std::size_t max_queue_bytes);

  /// Handles bytes from the network; `on_frame(Bytes)` gets each STUN message or ChannelData, valid
  /// during that call. kNone: go on. Anything else: say goodbye.
  template <class OnFrame>
  StreamEnd receive(Bytes bytes, const StreamKinds& kinds, MutableBytes plaintext_space,
                    OnFrame&& on_frame);

  /// Queues relayed data for the client, padded to four bytes already; false when that would pass
  /// the bound.
  bool queue_data(Bytes frame);
  /// Queues an answer. It may use kAnswerReserve beyond the bound, for over a stream nobody asks
  /// twice.
  bool queue_answer(Bytes frame);
  /// Encrypts what is queued and hands it to the kernel as far as it takes it.
  net::StreamSocket::FlushStatus flush();
  /// TLS: queues close_notify. What is pending is sent by one more flush().
  void say_goodbye();

  net::StreamSocket& socket() { return socket_; }
  const FiveTuple& tuple() const { return tuple_; }
  bool is_open() const { return state_ == State::kPlain || state_ == State::kTls; }
  bool is_tls() const { return tls_.has_value(); }
  const crypto::TlsEngine* tls() const { return tls_ ? &*tls_ : nullptr; }
  std::size_t queued_bytes() const;

 private:
  enum class State : std::uint8_t { kDetecting, kPlain, kTlsHandshake, kTls };

  StreamEnd detect(Bytes beginning, const StreamKinds& kinds);
  /// Runs the TLS engine; StreamEnd::kNone also means that handshake bytes may be pending.
  StreamEnd feed_tls(Bytes ciphertext);
  bool move_ciphertext();
  bool queue(Bytes frame, std::size_t bound);
  template <class OnFrame>
  StreamEnd cut_frames(Bytes bytes, OnFrame& on_frame);
  template <class OnFrame>
  StreamEnd receive_tls(Bytes bytes, MutableBytes plaintext_space, OnFrame& on_frame);

  static constexpr std::size_t kAnswerReserve = 16 * 1024;

  std::size_t max_data_bytes_;
  net::StreamSocket socket_;
  FiveTuple tuple_;
  std::optional<crypto::TlsEngine> tls_;
  std::vector<std::uint8_t> partial_;  // the beginning of a frame, or the first bytes of the stream
  std::vector<std::uint8_t> plain_out_;  // TLS: frames of this turn, not yet encrypted
  State state_ = State::kDetecting;
};

template <class OnFrame>
StreamEnd ClientStream::receive(Bytes bytes, const StreamKinds& kinds, MutableBytes plaintext_space,
                                OnFrame&& on_frame) {
  if (state_ == State::kDetecting) {
    partial_.insert(partial_.end(), bytes.begin(), bytes.end());
    const StreamEnd end = detect(partial_, kinds);
    if (end != StreamEnd::kNone || state_ == State::kDetecting) return end;
    const std::vector<std::uint8_t> beginning = std::move(partial_);
    partial_.clear();
    return is_tls() ? receive_tls(beginning, plaintext_space, on_frame)
                    : cut_frames(beginning, on_frame);
  }
  return is_tls() ? receive_tls(bytes, plaintext_space, on_frame) : cut_frames(bytes, on_frame);
}

template <class OnFrame>
StreamEnd ClientStream::receive_tls(Bytes bytes, MutableBytes plaintext_space, OnFrame& on_frame) {
  while (true) {
    const Bytes piece =
        bytes.first(std::min(bytes.size(), crypto::TlsEngine::kMaxBufferedInput / 2));
    bytes = bytes.subspan(piece.size());
    const StreamEnd fed = feed_tls(piece);
    while (const std::size_t n = tls_->read(plaintext_space)) {
      const StreamEnd end = cut_frames(plaintext_space.first(n), on_frame);
      if (end != StreamEnd::kNone) return end;
    }
    if (fed != StreamEnd::kNone) return fed;
    if (tls_->state() == crypto::TlsEngine::State::kClosed) return StreamEnd::kClosed;
    if (bytes.empty()) return StreamEnd::kNone;
  }
}

template <class OnFrame>
StreamEnd ClientStream::cut_frames(Bytes bytes, OnFrame& on_frame) {
  const bool continued = !partial_.empty();
  if (continued) {
    partial_.insert(partial_.end(), bytes.begin(), bytes.end());
    bytes = partial_;
  }
  while (true) {
    const stun::NextFrame next = stun::next_frame(bytes);
    if (next.status == stun::FrameStatus::kBroken) return StreamEnd::kBroken;
    if (next.status == stun::FrameStatus::kNeedMore) break;
    on_frame(next.frame);
    bytes = bytes.subspan(next.consumed);
  }
  std::vector<std::uint8_t> rest(bytes.begin(), bytes.end());  // an empty one holds no memory
  partial_.swap(rest);
  return StreamEnd::kNone;
}

}  // namespace turnpike::server
