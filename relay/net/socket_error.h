// Why a socket could not be opened or configured, as an operator wants to read it.
// For setting up only; the data path counts errno values instead.
#pragma once

#include <string>

namespace turnpike::net {

struct SocketError {
  int error_number = 0;   // errno
  std::string operation;  // "cannot bind UDP 10.0.0.1:3478"

  /// "cannot bind UDP 10.0.0.1:3478: Address already in use (EADDRINUSE)"
  std::string to_string() const;
};

}  // namespace turnpike::net
