#include "relay/net/send_batch.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "relay/net/pending_error.h"
#include "relay/net/socket_address.h"

namespace turnpike::net {
namespace {

constexpr int kFlags = MSG_DONTWAIT | MSG_NOSIGNAL;

struct Control {
  alignas(cmsghdr) std::uint8_t bytes[CMSG_SPACE(sizeof(in6_pktinfo))];
};

template <class Info>
void write_control(msghdr& header, Control& control, int level, int type, const Info& info) {
  header.msg_control = control.bytes;
  header.msg_controllen = CMSG_SPACE(sizeof info);
  cmsghdr* c = CMSG_FIRSTHDR(&header);
  c->cmsg_level = level;
  c->cmsg_type = type;
  c->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(c), &info, sizeof info);
}

void write_source(msghdr& header, Control& control, const IpAddress& source) {
  if (source.is_v4()) {
    in_pktinfo info{};
    info.ipi_spec_dst = to_in_addr(source);
    write_control(header, control, IPPROTO_IP, IP_PKTINFO, info);
  } else {
    in6_pktinfo info{};
    info.ipi6_addr = to_in6_addr(source);
    write_control(header, control, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
}

/// How many of the messages went out; negative leaves errno.
int send_some(int fd, mmsghdr* messages, std::size_t count) {
  if (count > 1) return ::sendmmsg(fd, messages, static_cast<unsigned>(count), kFlags);
  const msghdr& m = messages->msg_hdr;
  const ssize_t n = m.msg_controllen > 0
                        ? ::sendmsg(fd, &m, kFlags)
                        : ::sendto(fd, m.msg_iov->iov_base, m.msg_iov->iov_len, kFlags,
                                   static_cast<const sockaddr*>(m.msg_name), m.msg_namelen);
  return n < 0 ? -1 : 1;
}

void count_failure(int error_number, SendBatch::FlushResult& result) {
  if (error_number == EAGAIN || error_number == ENOBUFS) {
    ++result.would_block;
  } else {
    ++result.failed;
    result.last_error = error_number;
  }
}

/// The kernel stops at the first datagram that it cannot send; the run goes on behind it.
void send_run(int fd, mmsghdr* messages, std::size_t count, SendBatch::FlushResult& result) {
  bool retried = false;
  while (count > 0) {
    const int sent = send_some(fd, messages, count);
    if (sent < 0 && !retried && worth_retrying(errno)) {
      retried = true;
      continue;
    }
    const std::size_t done = sent > 0 ? static_cast<std::size_t>(sent) : 1;
    if (sent > 0) {
      result.sent += done;
    } else {
      count_failure(errno, result);
    }
    messages += done;
    count -= done;
    retried = false;
  }
}

/// What goes out of one socket, as a chain of entries in the order of add().
struct Group {
  int fd;
  std::uint32_t first;
  std::uint32_t last;
};

/// Descriptors are dense, so their low bits tell them apart.
constexpr std::size_t kGroupIndex = 256;

}  // namespace

struct SendBatch::Kernel {
  explicit Kernel(std::size_t capacity)
      : headers(std::make_unique<msghdr[]>(capacity)),
        vectors(std::make_unique<iovec[]>(capacity)),
        addresses(std::make_unique<SocketAddress[]>(capacity)),
        controls(std::make_unique<Control[]>(capacity)),
        next(std::make_unique<std::uint32_t[]>(capacity)),
        groups(std::make_unique<Group[]>(capacity)),
        run(std::make_unique<mmsghdr[]>(capacity)) {
    for (std::size_t i = 0; i < capacity; ++i) {
      headers[i].msg_name = &addresses[i];
      headers[i].msg_iov = &vectors[i];
      headers[i].msg_iovlen = 1;
    }
  }

  /// Puts entry `i` behind what waits for the same socket. Two sockets with the same place in the
  /// index take it from each other; then one has several groups, and as groups are sent in the
  /// order of their making, its order stays.
  void join_group(int fd, std::uint32_t i) {
    std::uint32_t& known = index[static_cast<std::size_t>(fd) % kGroupIndex];
    if (known < group_count && groups[known].fd == fd) {
      next[groups[known].last] = i;
      groups[known].last = i;
    } else {
      known = group_count;
      groups[group_count++] = {fd, i, i};
    }
  }

  /// Copies the headers of a group to the front of `run`; returns how many.
  std::size_t gather(const Group& group) {
    std::size_t count = 0;
    for (std::uint32_t i = group.first;; i = next[i]) {
      run[count++].msg_hdr = headers[i];
      if (i == group.last) return count;
    }
  }

  std::unique_ptr<msghdr[]> headers;
  std::unique_ptr<iovec[]> vectors;
  std::unique_ptr<SocketAddress[]> addresses;
  std::unique_ptr<Control[]> controls;
  std::unique_ptr<std::uint32_t[]> next;  // entry -> the next one of its group
  std::unique_ptr<Group[]> groups;
  std::uint32_t group_count = 0;
  std::array<std::uint32_t, kGroupIndex>
      index{};  // descriptor -> its newest group, or a stale number
  std::unique_ptr<mmsghdr[]> run;
};

SendBatch::SendBatch(std::size_t capacity)
    : capacity_(capacity), kernel_(std::make_unique<Kernel>(capacity)) {
  CHECK(capacity >= 1 && capacity <= UINT32_MAX);
}

SendBatch::~SendBatch() = default;

void SendBatch::add(int fd, const Endpoint& to, Bytes data, const IpAddress* source) {
  CHECK(!full());
  const std::size_t i = size_++;
  msghdr& header = kernel_->headers[i];
  kernel_->vectors[i] = {const_cast<std::uint8_t*>(data.data()), data.size()};
  header.msg_namelen = to_sockaddr(to, kernel_->addresses[i]);
  header.msg_controllen = 0;
  kernel_->join_group(fd, static_cast<std::uint32_t>(i));
  if (source == nullptr) return;
  DCHECK(source->family() == to.ip.family());
  write_source(header, kernel_->controls[i], *source);
}

SendBatch::FlushResult SendBatch::flush() {
  FlushResult result;
  for (std::uint32_t g = 0; g < kernel_->group_count; ++g) {
    const Group& group = kernel_->groups[g];
    send_run(group.fd, kernel_->run.get(), kernel_->gather(group), result);
  }
  kernel_->group_count = 0;
  size_ = 0;
  return result;
}

}  // namespace turnpike::net
