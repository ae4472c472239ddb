#include "relay/net/udp_socket.h"

#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "relay/net/socket_address.h"
#include "relay/net/socket_options.h"

namespace turnpike::net {
namespace {

/// The name of an option at the IP level, which IPv4 and IPv6 number differently.
struct IpOption {
  int v4;
  int v6;
};
constexpr IpOption kPacketInfo = {IP_PKTINFO, IPV6_RECVPKTINFO};
constexpr IpOption kReceiveErrors = {IP_RECVERR, IPV6_RECVERR};

bool set_ip_option(int fd, AddressFamily family, IpOption option, int value) {
  return family == AddressFamily::kIpv4 ? set_option(fd, IPPROTO_IP, option.v4, value)
                                        : set_option(fd, IPPROTO_IPV6, option.v6, value);
}

/// The forced form passes the system's maximum and needs CAP_NET_ADMIN; the other is cut to the
/// maximum silently.
bool set_buffer(int fd, int forced, int plain, int bytes) {
  return bytes == 0 || set_option(fd, SOL_SOCKET, forced, bytes) ||
         set_option(fd, SOL_SOCKET, plain, bytes);
}

/// What could not be done, or nullptr.
const char* configure(int fd, const UdpSocketOptions& options) {
  const AddressFamily family = options.bind.ip.family();
  if (options.reuse_port && !set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1)) {
    return "share the port of";
  }
  if (!options.device.empty() && !bind_to_device(fd, options.device)) return "bind to a device";
  if (!set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, options.receive_buffer) ||
      !set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, options.send_buffer)) {
    return "set the buffer size of";
  }
  if (options.packet_info && !set_ip_option(fd, family, kPacketInfo, 1)) {
    return "ask for the local addresses of";
  }
  if (options.receive_errors && !set_ip_option(fd, family, kReceiveErrors, 1)) {
    return "ask for the ICMP errors of";
  }
  if (!set_dont_fragment(fd, family, !options.fragment)) return "set the fragmentation of";
  return nullptr;
}

SocketError error_for(const char* action, const UdpSocketOptions& options) {
  const int error_number = errno;
  std::string text = std::string("cannot ") + action + " UDP " + options.bind.to_string();
  if (!options.device.empty()) text += " on device " + options.device;
  return {error_number, text};
}

}  // namespace

Result<Fd, SocketError> open_udp_socket(const UdpSocketOptions& options) {
  Fd fd = open_socket(options.bind.ip.family(), SOCK_DGRAM);
  if (!fd.valid()) return fail(error_for("open", options));
  if (const char* action = configure(fd.get(), options)) return fail(error_for(action, options));
  if (!bind_address(fd.get(), options.bind)) return fail(error_for("bind", options));
  return fd;
}

Endpoint local_endpoint(int fd) {
  SocketAddress address;
  socklen_t length = sizeof address;
  if (::getsockname(fd, &address.generic, &length) != 0) return {};
  return from_sockaddr(&address.generic, length).value_or(Endpoint{});
}

bool set_dont_fragment(int fd, AddressFamily family, bool on) {
  constexpr IpOption kDiscover = {IP_MTU_DISCOVER, IPV6_MTU_DISCOVER};
  static_assert(IP_PMTUDISC_PROBE == IPV6_PMTUDISC_PROBE && IP_PMTUDISC_DONT == IPV6_PMTUDISC_DONT);
  return set_ip_option(fd, family, kDiscover, on ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DONT) &&
         (family == AddressFamily::kIpv4 || set_option(fd, IPPROTO_IPV6, IPV6_DONTFRAG, on));
}

std::uint32_t dropped_datagrams(int fd) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
  socklen_t length = sizeof info;
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info.data(), &length) != 0) return 0;
  return info[SK_MEMINFO_DROPS];
}

}  // namespace turnpike::net
