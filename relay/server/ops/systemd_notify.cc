#include "relay/server/ops/systemd_notify.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "relay/net/fd.h"

namespace turnpike::server {

SystemdNotifier SystemdNotifier::from_environment() {
  const char* path = std::getenv("NOTIFY_SOCKET");
  return SystemdNotifier(path != nullptr ? path : "");
}

bool SystemdNotifier::ready() const {
  return send("READY=1");
}

bool SystemdNotifier::stopping() const {
  return send("STOPPING=1");
}

bool SystemdNotifier::status(std::string_view text) const {
  std::string message = "STATUS=";
  message += text.substr(0, text.find('\n'));  // a further line would be a further variable
  return send(message);
}

bool SystemdNotifier::send(std::string_view message) const {
  if (path_.empty()) return true;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if ((path_[0] != '/' && path_[0] != '@') || path_.size() >= sizeof to.sun_path) return false;
  std::copy(path_.begin(), path_.end(), to.sun_path);
  // An abstract name starts with a zero byte and is as long as it is (unix(7)).
  if (path_[0] == '@') to.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size());

  const net::Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return false;
  const ssize_t sent =
      ::sendto(fd.get(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&to), size);
  return sent == static_cast<ssize_t>(message.size());
}

}  // namespace turnpike::server
