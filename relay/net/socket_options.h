// The few setsockopt calls that UDP and TCP sockets share. Internal to this room.
#pragma once

#include <string>

#include "base/ip_address.h"
#include "relay/net/fd.h"

namespace turnpike::net {

bool set_option(int fd, int level, int name, int value);
/// SO_BINDTODEVICE.
bool bind_to_device(int fd, const std::string& device);
bool bind_address(int fd, const Endpoint& endpoint);
/// `type` is SOCK_DGRAM or SOCK_STREAM. Non-blocking, close-on-exec, and IPv6 sockets carry IPv6
/// only.
Fd open_socket(AddressFamily family, int type);

}  // namespace turnpike::net
