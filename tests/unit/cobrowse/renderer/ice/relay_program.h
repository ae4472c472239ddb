// The real turnserver for a test, on loopback, with one user.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "cobrowse/renderer/ice/ice_agent.h"
#include "tests/support/throwaway_server.h"

namespace turnpike::ice {

/// 127.0.0.1, or another one of that net.
inline sockaddr_in on_loopback(std::uint16_t port, std::uint32_t offset = 0) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + offset);
  return address;
}

class RelayProgram {
 public:
  RelayProgram() {
    test::write_file(folder_.path() + "/turnserver.conf", "# all is on the command line\n");
    error_ = server_.start({.command = command(), .log = folder_.path() + "/log", .ready = [this] {
                              return answers();
                            }});
  }
  /// Empty: it runs.
  const std::string& error() const { return error_; }
  std::vector<RelayServer> servers() const {
    return {{.address = {IpAddress::v4(127, 0, 0, 1), port_},
             .username = "u",
             .password = Secret("p")}};
  }

 private:
  std::vector<std::string> command() const {
    return {TURNPIKE_TURNSERVER,
            "-c",
            folder_.path() + "/turnserver.conf",
            "--listening-ip=127.0.0.1",
            "--relay-ip=127.0.0.1",
            "--listening-port=" + std::to_string(port_),
            "--lt-cred-mech",
            "--user=u:p",
            "--realm=test",
            "--allow-loopback-peers",
            "--no-tls",
            "--no-dtls",
            "--no-cli",
            "--admin-socket=" + folder_.path() + "/admin.sock",
            "--pidfile=" + folder_.path() + "/pid",
            "--log-file=" + folder_.path() + "/turnserver.log",
            "--simple-log"};
  }
  bool answers() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in to = on_loopback(port_);
    const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    ::close(fd);
    return connected;
  }

  test::TemporaryFolder folder_;
  std::uint16_t port_ = test::free_port();
  test::ThrowawayServer server_;
  std::string error_;
};

}  // namespace turnpike::ice
