#include "relay/net/socket_error.h"

#include <cstring>

namespace turnpike::net {

std::string SocketError::to_string() const {
  const char* description = strerrordesc_np(error_number);
  const char* name = strerrorname_np(error_number);
  if (description == nullptr || name == nullptr) {
    return operation + ": error " + std::to_string(error_number);
  }
  return operation + ": " + description + " (" + name + ")";
}

}  // namespace turnpike::net
