#include "relay/net/stream_socket.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace turnpike::net {
namespace {

constexpr std::size_t kFirstBuffer = 1024;
/// A connection that has sent everything keeps at most this much.
constexpr std::size_t kKeptBuffer = 2048;

}  // namespace

StreamSocket::StreamSocket(Fd fd, std::size_t max_queue_bytes)
    : fd_(std::move(fd)), max_queue_bytes_(max_queue_bytes) {}

StreamSocket::ReadStatus StreamSocket::read(MutableBytes into, std::size_t& n) {
  n = 0;
  if (into.empty()) return ReadStatus::kWouldBlock;
  ssize_t got = ::recv(fd_.get(), into.data(), into.size(), MSG_DONTWAIT);
  while (got < 0 && errno == EINTR) {
    got = ::recv(fd_.get(), into.data(), into.size(), MSG_DONTWAIT);
  }
  if (got > 0) {
    n = static_cast<std::size_t>(got);
    return ReadStatus::kData;
  }
  if (got == 0) return ReadStatus::kEnd;
  if (errno == EAGAIN) return ReadStatus::kWouldBlock;
  last_error_ = errno;
  return ReadStatus::kError;
}

bool StreamSocket::queue(std::initializer_list<Bytes> parts) {
  std::size_t total = 0;
  for (const Bytes part : parts) total += part.size();
  if (!would_fit(total)) return false;
  make_room(total);
  for (const Bytes part : parts) {
    if (part.empty()) continue;
    std::memcpy(buffer_.get() + tail_, part.data(), part.size());
    tail_ += part.size();
  }
  return true;
}

StreamSocket::FlushStatus StreamSocket::flush() {
  if (queued() == 0) return FlushStatus::kDone;
  const std::uint8_t* data = buffer_.get() + head_;
  ssize_t sent = ::send(fd_.get(), data, queued(), MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR) {
    sent = ::send(fd_.get(), data, queued(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  if (sent >= 0) {
    consume(static_cast<std::size_t>(sent));
    return queued() == 0 ? FlushStatus::kDone : FlushStatus::kBlocked;
  }
  if (errno == EAGAIN || errno == ENOBUFS) return FlushStatus::kBlocked;
  last_error_ = errno;
  return FlushStatus::kError;
}

void StreamSocket::shutdown_send() {
  static_cast<void>(::shutdown(fd_.get(), SHUT_WR));
}

/// Moves what is queued to the front, or into a buffer twice as large, so that `bytes` more fit
/// behind it.
void StreamSocket::make_room(std::size_t bytes) {
  if (bytes <= capacity_ - tail_) return;
  const std::size_t used = queued();
  const std::size_t needed = used + bytes;
  // Only when at least half of the buffer is free does moving pay for itself.
  if (needed <= capacity_ && used <= capacity_ / 2) {
    std::memmove(buffer_.get(), buffer_.get() + head_, used);
  } else {
    const std::size_t doubled = std::min(capacity_ * 2, max_queue_bytes_ * 2);
    const std::size_t capacity = std::max({needed, doubled, kFirstBuffer});
    auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
    if (used > 0) std::memcpy(larger.get(), buffer_.get() + head_, used);
    buffer_ = std::move(larger);
    capacity_ = capacity;
  }
  head_ = 0;
  tail_ = used;
}

void StreamSocket::consume(std::size_t bytes) {
  head_ += bytes;
  if (head_ < tail_) return;
  head_ = 0;
  tail_ = 0;
  if (capacity_ <= kKeptBuffer) return;
  buffer_.reset();
  capacity_ = 0;
}

}  // namespace turnpike::net
