// Sockets that are bound and listen: TCP addresses and paths of Unix sockets. Accepting is the
// server's business.
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "http/server/http_server.h"

namespace turnpike::http {

/// The error names address and port, and what to do.
Result<boost::asio::ip::tcp::acceptor, std::string> listen_tcp(
    const boost::asio::any_io_executor& executor, const TcpListener& listener);

/// The file of a Unix socket; removed with this object, unless somebody else has put another file
/// in its place.
class UnixSocketFile {
 public:
  explicit UnixSocketFile(std::string path);
  ~UnixSocketFile();
  UnixSocketFile(UnixSocketFile&& other) noexcept;
  UnixSocketFile& operator=(UnixSocketFile&&) = delete;
  UnixSocketFile(const UnixSocketFile&) = delete;
  UnixSocketFile& operator=(const UnixSocketFile&) = delete;

 private:
  std::string path_;  // empty: nothing to remove
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

struct UnixAcceptor {
  boost::asio::local::stream_protocol::acceptor acceptor;
  UnixSocketFile file;
};

Result<UnixAcceptor, std::string> listen_unix(const boost::asio::any_io_executor& executor,
                                              const UnixListener& listener);

/// The user of the process at the other end.
std::optional<std::uint32_t> peer_uid(boost::asio::local::stream_protocol::socket& socket);

}  // namespace turnpike::http
