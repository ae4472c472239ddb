#include "relay/net/receive_batch.h"

#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "relay/net/pending_error.h"
#include "relay/net/socket_address.h"

namespace turnpike::net {
namespace {

constexpr std::size_t kMaxSlots = 1024;  // the kernel's UIO_MAXIOV
constexpr std::size_t kPage = 4096;
constexpr std::size_t kCacheLine = 64;
/// Slots begin five cache lines apart within a page, so that their headers do not fall into the
/// same cache sets.
constexpr std::size_t kStagger = 5 * kCacheLine;

struct Control {
  alignas(cmsghdr) std::uint8_t bytes[CMSG_SPACE(sizeof(in6_pktinfo))];
};

std::size_t stride_for(std::size_t max_datagram) {
  const std::size_t used = kHeadroom + max_datagram + kTailroom;
  const std::size_t unit = used > kPage / 2 ? kPage : kCacheLine;
  return (used + unit - 1) / unit * unit + (unit == kPage ? kStagger : kCacheLine);
}

std::optional<IpAddress> local_address(msghdr& header) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      return from_in_addr(info.ipi_addr);
    }
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      return from_in6_addr(info.ipi6_addr);
    }
  }
  return std::nullopt;
}

/// A negative result leaves errno.
int receive_many(int fd, mmsghdr* headers, std::size_t count) {
  const auto n = static_cast<unsigned>(count);
  const int got = ::recvmmsg(fd, headers, n, MSG_DONTWAIT, nullptr);
  if (got >= 0 || !worth_retrying(errno)) return got;
  return ::recvmmsg(fd, headers, n, MSG_DONTWAIT, nullptr);
}

}  // namespace

struct ReceiveBatch::Kernel {
  explicit Kernel(std::size_t slots)
      : headers(std::make_unique<mmsghdr[]>(slots)),
        vectors(std::make_unique<iovec[]>(slots)),
        addresses(std::make_unique<SocketAddress[]>(slots)),
        controls(std::make_unique<Control[]>(slots)) {}

  std::unique_ptr<mmsghdr[]> headers;
  std::unique_ptr<iovec[]> vectors;
  std::unique_ptr<SocketAddress[]> addresses;
  std::unique_ptr<Control[]> controls;
};

ReceiveBatch::ReceiveBatch(std::size_t slots, std::size_t max_datagram)
    : slots_(slots),
      max_datagram_(max_datagram),
      stride_(stride_for(max_datagram)),
      region_size_(stride_ * slots),
      kernel_(std::make_unique<Kernel>(slots)),
      received_(std::make_unique<Received[]>(slots)) {
  CHECK(slots >= 1 && slots <= kMaxSlots);
  CHECK(max_datagram >= 1 && max_datagram <= kMaxDatagram);
  void* region = ::mmap(nullptr, region_size_, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  CHECK(region != MAP_FAILED);
  // A huge page would make all slots resident at the first datagram. Not every kernel knows the
  // advice.
  static_cast<void>(::madvise(region, region_size_, MADV_NOHUGEPAGE));
  region_ = static_cast<std::uint8_t*>(region);
  prepare_slots();
}

ReceiveBatch::~ReceiveBatch() {
  ::munmap(region_, region_size_);
}

std::size_t ReceiveBatch::receive(int fd, std::size_t max_slots) {
  clear();
  return receive_more(fd, max_slots);
}

std::size_t ReceiveBatch::receive_more(int fd, std::size_t max_slots) {
  const std::size_t room = std::min(max_slots, free_slots());
  more_waiting_ = false;
  last_error_ = 0;
  if (room == 0) return 0;
  const int got = receive_many(fd, kernel_->headers.get() + used_slots_, room);
  if (got < 0) {
    last_error_ = errno == EAGAIN ? 0 : errno;
    return 0;
  }
  const std::size_t before = size_;
  const std::size_t end = used_slots_ + static_cast<std::size_t>(got);
  while (used_slots_ < end) take(used_slots_++);
  more_waiting_ = static_cast<std::size_t>(got) == room;
  return size_ - before;
}

void ReceiveBatch::clear() {
  size_ = 0;
  used_slots_ = 0;
}

/// Everything that the kernel does not change is written once; take() restores the two lengths that
/// it does.
void ReceiveBatch::prepare_slots() {
  for (std::size_t i = 0; i < slots_; ++i) {
    kernel_->vectors[i] = {slot_payload(i), max_datagram_};
    msghdr& header = kernel_->headers[i].msg_hdr;
    header.msg_name = &kernel_->addresses[i];
    header.msg_namelen = sizeof(SocketAddress);
    header.msg_iov = &kernel_->vectors[i];
    header.msg_iovlen = 1;
    header.msg_control = kernel_->controls[i].bytes;
    header.msg_controllen = sizeof(Control);
  }
}

void ReceiveBatch::take(std::size_t slot) {
  mmsghdr& message = kernel_->headers[slot];
  msghdr& header = message.msg_hdr;
  const auto source = from_sockaddr(&kernel_->addresses[slot].generic, header.msg_namelen);
  if ((header.msg_flags & MSG_TRUNC) != 0) {
    ++truncated_;
  } else if (source) {
    Received& received = received_[size_++];
    received.source = *source;
    received.local = header.msg_controllen > 0 ? local_address(header) : std::nullopt;
    received.payload = MutableBytes(slot_payload(slot), message.msg_len);
  }
  header.msg_namelen = sizeof(SocketAddress);
  header.msg_controllen = sizeof(Control);
}

std::uint8_t* ReceiveBatch::slot_payload(std::size_t slot) const {
  return region_ + slot * stride_ + kHeadroom;
}

}  // namespace turnpike::net
