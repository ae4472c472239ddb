// Which errno of a UDP send or receive may be an ICMP error that an earlier datagram brought back
// (only sockets with receive_errors have those). Such an error says nothing about the call that
// reports it: the call is made again, once.
#pragma once

#include <cerrno>

namespace turnpike::net {

inline bool worth_retrying(int error_number) {
  switch (error_number) {
    case EINTR:
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENONET:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case EPROTO:
    case EMSGSIZE:
    case EACCES:
      return true;
    default:
      return false;
  }
}

}  // namespace turnpike::net
