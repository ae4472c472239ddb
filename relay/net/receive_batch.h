// ReceiveBatch: receives many datagrams per system call into slots that stay valid until the next
// clear(). One per shard. It does not look into payloads. Nothing is allocated after construction,
// and slots that were never used cost address space only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "relay/net/datagram.h"

namespace turnpike::net {

class ReceiveBatch {
 public:
  struct Received {
    Endpoint source;
    std::optional<IpAddress> local;  // where it arrived; only from sockets with packet_info
    /// kHeadroom bytes before data() and kTailroom bytes after the end belong to this slot and may
    /// be written.
    MutableBytes payload;
  };

  /// `slots` 1 to 1024. Longer datagrams than `max_datagram` are dropped and counted.
  explicit ReceiveBatch(std::size_t slots, std::size_t max_datagram = kMaxDatagram);
  ~ReceiveBatch();
  ReceiveBatch(const ReceiveBatch&) = delete;
  ReceiveBatch& operator=(const ReceiveBatch&) = delete;

  /// clear() and then receive_more().
  std::size_t receive(int fd, std::size_t max_slots);

  /// One recvmmsg into the next free slots, at most `max_slots` of them. Returns how many datagrams
  /// were added: they are the last ones of size(). 0 when nothing waits, no slot is free, or
  /// last_error() says why. Several sockets can fill one batch, so that what they receive can be
  /// sent with one call.
  std::size_t receive_more(int fd, std::size_t max_slots);

  /// Every slot is free again; earlier payloads must not be used any more.
  void clear();

  std::size_t size() const { return size_; }
  std::size_t free_slots() const { return slots_ - used_slots_; }
  std::size_t capacity() const { return slots_; }

  Received& operator[](std::size_t i) { return received_[i]; }
  const Received& operator[](std::size_t i) const { return received_[i]; }
  Received* begin() { return received_.get(); }
  Received* end() { return received_.get() + size_; }

  /// True when the last call filled every slot it was allowed to use, so more may be waiting.
  bool more_waiting() const { return more_waiting_; }
  /// errno of the last call; 0 when it succeeded or nothing was waiting.
  int last_error() const { return last_error_; }
  /// Datagrams that were dropped because they did not fit, since construction.
  std::uint64_t truncated() const { return truncated_; }

 private:
  struct Kernel;

  void prepare_slots();
  void take(std::size_t slot);
  std::uint8_t* slot_payload(std::size_t slot) const;

  std::size_t slots_;
  std::size_t max_datagram_;
  std::size_t stride_;
  std::size_t region_size_;
  std::uint8_t* region_ = nullptr;  // mmap
  std::unique_ptr<Kernel> kernel_;
  std::unique_ptr<Received[]> received_;
  std::size_t size_ = 0;
  std::size_t used_slots_ = 0;
  bool more_waiting_ = false;
  int last_error_ = 0;
  std::uint64_t truncated_ = 0;
};

}  // namespace turnpike::net
