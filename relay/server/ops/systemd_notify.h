// Tells systemd (Type=notify) how the service fares: one datagram to $NOTIFY_SOCKET each. Without
// that variable every call does nothing.
#pragma once

#include <string>
#include <string_view>

namespace turnpike::server {

class SystemdNotifier {
 public:
  /// `socket_path`: an absolute path, or '@' and an abstract name; empty: nobody listens.
  explicit SystemdNotifier(std::string socket_path) : path_(std::move(socket_path)) {}
  static SystemdNotifier from_environment();

  /// Each returns false when somebody listens and the datagram could not be sent; that is worth a
  /// warning, and no reason to stop.
  bool ready() const;
  bool stopping() const;
  /// One line for `systemctl status`.
  bool status(std::string_view text) const;

 private:
  bool send(std::string_view message) const;

  std::string path_;
};

}  // namespace turnpike::server
