// SendBatch: collects datagrams of any number of sockets and hands them to the kernel with one
// system call per socket. It copies addresses but no payload, keeps the order per socket (not among
// sockets), and never waits: UDP that cannot be sent is dropped and counted. Nothing is allocated
// after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/ip_address.h"

namespace turnpike::net {

class SendBatch {
 public:
  struct FlushResult {
    std::size_t sent = 0;
    std::size_t would_block = 0;  // the socket's send buffer or the device queue was full
    std::size_t failed = 0;       // any other error; `last_error` has the newest
    int last_error = 0;
  };

  /// `capacity` at least 1.
  explicit SendBatch(std::size_t capacity);
  ~SendBatch();
  SendBatch(const SendBatch&) = delete;
  SendBatch& operator=(const SendBatch&) = delete;

  /// The batch must not be full. `data` must stay valid, and `fd` open, until flush(). `source` is
  /// the local address to send from, of the same family as `to`; needed only for sockets on a
  /// wildcard address.
  void add(int fd, const Endpoint& to, Bytes data, const IpAddress* source = nullptr);

  bool full() const { return size_ == capacity_; }
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  /// Sends everything and leaves the batch empty.
  FlushResult flush();

 private:
  struct Kernel;

  std::size_t capacity_;
  std::size_t size_ = 0;
  std::unique_ptr<Kernel> kernel_;
};

}  // namespace turnpike::net
