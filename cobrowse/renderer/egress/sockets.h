// TCP sockets that never wait: receive, send, connect, and what can be asked about them. Knows no
// protocol and no policy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "base/result.h"

namespace turnpike::egress {

/// Owns a file descriptor; -1 stands for none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { reset(); }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

enum class IoStatus : std::uint8_t {
  kDone,   // `bytes` of them, at least one
  kAgain,  // not now
  kEnd,    // the other side sends nothing any more
  kError,  // the connection is lost
};

struct IoResult {
  IoStatus status = IoStatus::kAgain;
  std::size_t bytes = 0;
};

IoResult receive_some(int fd, MutableBytes into);
/// Raises no signal when the other side is gone.
IoResult send_some(int fd, Bytes from);

/// Begins a connection; it is there, or has failed, when the socket is writable (pending_error()).
/// The error is an errno.
Result<FileDescriptor, int> start_connect(const Endpoint& to);
/// The errno that the socket has met, 0 for none; asking forgets it.
int pending_error(int fd);

/// Nothing for sockets of other families, such as Unix sockets.
std::optional<Endpoint> local_endpoint(int fd);
std::vector<IpAddress> interface_addresses();

bool is_listening(int fd);
/// Non-blocking, and not passed on to programs that are started. False where that cannot be done.
bool set_up(int fd);
/// The next connection of a listening socket; the error is an errno.
Result<FileDescriptor, int> accept_next(int listen_fd);

void send_end(int fd);
/// The other side sees a reset instead of an end, and knows that something is missing.
void reset_when_closed(int fd);

}  // namespace turnpike::egress
