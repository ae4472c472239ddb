#include "relay/net/send_batch.h"

#include <netinet/in.h>
#include <sys/socket.h>

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

}  // namespace

struct SendBatch::Kernel {
  explicit Kernel(std::size_t capacity)
      : fds(std::make_unique<int[]>(capacity)),
        messages(std::make_unique<mmsghdr[]>(capacity)),
        vectors(std::make_unique<iovec[]>(capacity)),
        addresses(std::make_unique<SocketAddress[]>(capacity)),
        controls(std::make_unique<Control[]>(capacity)) {
    for (std::size_t i = 0; i < capacity; ++i) {
      msghdr& header = messages[i].msg_hdr;
      header.msg_name = &addresses[i];
      header.msg_iov = &vectors[i];
      header.msg_iovlen = 1;
    }
  }

  std::unique_ptr<int[]> fds;
  std::unique_ptr<mmsghdr[]> messages;
  std::unique_ptr<iovec[]> vectors;
  std::unique_ptr<SocketAddress[]> addresses;
  std::unique_ptr<Control[]> controls;
};

SendBatch::SendBatch(std::size_t capacity)
    : capacity_(capacity), kernel_(std::make_unique<Kernel>(capacity)) {
  CHECK(capacity >= 1);
}

SendBatch::~SendBatch() = default;

void SendBatch::add(int fd, const Endpoint& to, Bytes data, const IpAddress* source) {
  CHECK(!full());
  const std::size_t i = size_++;
  msghdr& header = kernel_->messages[i].msg_hdr;
  kernel_->fds[i] = fd;
  kernel_->vectors[i] = {const_cast<std::uint8_t*>(data.data()), data.size()};
  header.msg_namelen = to_sockaddr(to, kernel_->addresses[i]);
  header.msg_controllen = 0;
  if (source == nullptr) return;
  DCHECK(source->family() == to.ip.family());
  write_source(header, kernel_->controls[i], *source);
}

SendBatch::FlushResult SendBatch::flush() {
  FlushResult result;
  std::size_t first = 0;
  while (first < size_) {
    std::size_t end = first + 1;
    while (end < size_ && kernel_->fds[end] == kernel_->fds[first]) ++end;
    send_run(first, end - first, result);
    first = end;
  }
  size_ = 0;
  return result;
}

/// The kernel stops at the first datagram that it cannot send; the run goes on behind it.
void SendBatch::send_run(std::size_t first, std::size_t count, FlushResult& result) {
  const int fd = kernel_->fds[first];
  bool retried = false;
  while (count > 0) {
    const int sent = send_some(fd, &kernel_->messages[first], count);
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
    first += done;
    count -= done;
    retried = false;
  }
}

}  // namespace turnpike::net
