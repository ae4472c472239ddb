#include "relay/net/error_queue.h"

// <linux/errqueue.h> needs timespec first.
#include <time.h>

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <optional>

#include "relay/net/socket_address.h"

namespace turnpike::net {
namespace {

bool is_error_message(const cmsghdr& c) {
  return (c.cmsg_level == IPPROTO_IP && c.cmsg_type == IP_RECVERR) ||
         (c.cmsg_level == IPPROTO_IPV6 && c.cmsg_type == IPV6_RECVERR);
}

std::optional<sock_extended_err> extended_error(msghdr& header) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (!is_error_message(*c)) continue;
    sock_extended_err error;
    std::memcpy(&error, CMSG_DATA(c), sizeof error);
    return error;
  }
  return std::nullopt;
}

/// False when the queue is empty.
bool read_one(int fd, std::optional<IcmpError>& out) {
  SocketAddress peer;
  alignas(cmsghdr) std::uint8_t control[256];
  msghdr header{};
  header.msg_name = &peer;
  header.msg_namelen = sizeof peer;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  out.reset();
  if (::recvmsg(fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return false;
  const auto error = extended_error(header);
  const auto endpoint = from_sockaddr(&peer.generic, header.msg_namelen);
  if (!error || !endpoint) return true;
  const bool from_icmp =
      error->ee_origin == SO_EE_ORIGIN_ICMP || error->ee_origin == SO_EE_ORIGIN_ICMP6;
  out = IcmpError{*endpoint, error->ee_type, error->ee_code, error->ee_info, from_icmp};
  return true;
}

}  // namespace

std::size_t drain_error_queue(int fd, std::span<IcmpError> out) {
  std::size_t count = 0;
  std::optional<IcmpError> error;
  while (count < out.size() && read_one(fd, error)) {
    if (error) out[count++] = *error;
  }
  return count;
}

}  // namespace turnpike::net
