#include "http/server/listener.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <utility>

namespace turnpike::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::local::stream_protocol;
using boost::system::error_code;

error_code open_tcp(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool both_families) {
  error_code error;
  error_code ignored;
  acceptor.close(ignored);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) {
    acceptor.set_option(asio::ip::v6_only(!both_families), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

/// Removes a socket that nobody listens on.
Result<void, std::string> clear_path(const asio::any_io_executor& executor,
                                     const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) {
    return fail(
        fmt::format("cannot listen on \"{}\": there is a file that is no socket; move it "
                    "away or choose another path",
                    path));
  }
  error_code error;
  stream_protocol::socket probe(executor);
  probe.connect(stream_protocol::endpoint(path), error);
  if (error != asio::error::connection_refused) {
    return fail(
        fmt::format("cannot listen on \"{}\": another program listens there ({}); stop it "
                    "or choose another path",
                    path, error ? error.message() : "it answers"));
  }
  ::unlink(path.c_str());
  return {};
}

}  // namespace

Result<tcp::acceptor, std::string> listen_tcp(const asio::any_io_executor& executor,
                                              const TcpListener& listener) {
  tcp::acceptor acceptor(executor);
  error_code error;
  if (listener.address) {
    const auto address = asio::ip::make_address(listener.address->to_string());
    error = open_tcp(acceptor, {address, listener.port}, false);
  } else {
    error = open_tcp(acceptor, {asio::ip::address_v6::any(), listener.port}, true);
    // A system without IPv6.
    if (error == boost::system::errc::address_family_not_supported ||
        error == boost::system::errc::address_not_available) {
      error = open_tcp(acceptor, {asio::ip::address_v4::any(), listener.port}, false);
    }
  }
  if (!error) return acceptor;
  return fail(fmt::format("cannot listen on {}, port {}: {}; choose another address or port",
                          listener.address ? listener.address->to_string() : "every address",
                          listener.port, error.message()));
}

UnixSocketFile::UnixSocketFile(std::string path) : path_(std::move(path)) {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0) return;
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

UnixSocketFile::UnixSocketFile(UnixSocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

UnixSocketFile::~UnixSocketFile() {
  struct stat status {};
  if (path_.empty() || ::lstat(path_.c_str(), &status) != 0) return;
  if (status.st_dev == device_ && status.st_ino == inode_) ::unlink(path_.c_str());
}

Result<UnixAcceptor, std::string> listen_unix(const asio::any_io_executor& executor,
                                              const UnixListener& listener) {
  const std::string& path = listener.path;
  if (path.empty() || path.size() > 107) {
    return fail(
        fmt::format("cannot listen on \"{}\": the path of a Unix socket has 1 to 107 bytes", path));
  }
  if (auto clear = clear_path(executor, path); !clear) return fail(clear.error());
  error_code error;
  stream_protocol::acceptor acceptor(executor);
  acceptor.open(stream_protocol(), error);
  // Before it has a name: nobody gets in while the mode is still a wider one.
  if (!error) ::fchmod(acceptor.native_handle(), listener.mode & 0777U);
  if (!error) acceptor.bind(stream_protocol::endpoint(path), error);
  const bool bound = !error;
  if (bound && ::chmod(path.c_str(), listener.mode & 0777U) != 0) {
    error.assign(errno, boost::system::system_category());
  }
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return UnixAcceptor{std::move(acceptor), UnixSocketFile(path)};
  if (bound) ::unlink(path.c_str());
  return fail(
      fmt::format("cannot listen on \"{}\": {}; choose a path in a folder that this user "
                  "may write to",
                  path, error.message()));
}

std::optional<std::uint32_t> peer_uid(stream_protocol::socket& socket) {
  ucred credentials{};
  socklen_t length = sizeof credentials;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) {
    return std::nullopt;
  }
  return credentials.uid;
}

}  // namespace turnpike::http
