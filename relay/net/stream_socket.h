// StreamSocket: the bytes of one TCP connection, with a bounded send queue that takes frames whole
// or not at all. It knows neither TLS nor framing. A connection with nothing queued holds (almost)
// no buffer memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>

#include "base/bytes.h"
#include "relay/net/fd.h"

namespace turnpike::net {

class StreamSocket {
 public:
  enum class ReadStatus : std::uint8_t { kData, kWouldBlock, kEnd, kError };
  enum class FlushStatus : std::uint8_t { kDone, kBlocked, kError };

  StreamSocket(Fd fd, std::size_t max_queue_bytes);

  int fd() const { return fd_.get(); }

  /// One receive. `n` is at least 1 with kData and 0 otherwise. kEnd: the other side sends no more.
  ReadStatus read(MutableBytes into, std::size_t& n);

  /// Queues the parts as one piece, or refuses it whole when the queue would pass its bound. Sends
  /// nothing yet.
  bool queue(std::initializer_list<Bytes> parts);

  /// One send of everything queued, as far as the kernel takes it. kBlocked: call again when
  /// writable.
  FlushStatus flush();

  std::size_t queued() const { return tail_ - head_; }
  std::size_t max_queue_bytes() const { return max_queue_bytes_; }
  bool would_fit(std::size_t bytes) const { return bytes <= max_queue_bytes_ - queued(); }
  /// errno of the newest kError; 0 before.
  int last_error() const { return last_error_; }

  /// Tells the other side that no more bytes will come. What is queued but not flushed is not sent.
  void shutdown_send();
  /// Bytes of memory held by the queue, used or not.
  std::size_t buffer_bytes() const { return capacity_; }

 private:
  void make_room(std::size_t bytes);
  void consume(std::size_t bytes);

  Fd fd_;
  std::size_t max_queue_bytes_;
  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
  int last_error_ = 0;
};

}  // namespace turnpike::net
