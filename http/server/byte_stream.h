// One accepted connection as bytes with a deadline, whatever carries it: TCP, TLS or a Unix socket.
// All of it runs on the connection's own strand.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace turnpike::http {

struct IoResult {
  boost::system::error_code error;
  std::size_t count = 0;
};

class ByteStream {
 public:
  virtual ~ByteStream() = default;

  virtual boost::asio::any_io_executor executor() = 0;
  /// For everything that starts from now on, taken together, until it is set again.
  virtual void expires_after(std::chrono::milliseconds deadline) = 0;
  virtual void expires_never() = 0;

  virtual boost::asio::awaitable<boost::system::error_code> handshake() = 0;
  virtual boost::asio::awaitable<IoResult> read_some(std::span<char> into) = 0;
  /// All of it, or an error.
  virtual boost::asio::awaitable<IoResult> write(std::string_view bytes) = 0;
  /// Says that nothing more will come.
  virtual boost::asio::awaitable<void> end_sending() = 0;
  /// Ends what is under way with operation_aborted.
  virtual void close() = 0;

  virtual bool is_tls() const { return false; }
  /// RFC 4514 text of a client certificate's subject that was verified, else empty.
  virtual std::string certificate_subject() const { return {}; }
};

using SharedTls = std::shared_ptr<boost::asio::ssl::context>;

std::unique_ptr<ByteStream> make_tcp_stream(boost::asio::ip::tcp::socket socket);
std::unique_ptr<ByteStream> make_tls_stream(boost::asio::ip::tcp::socket socket, SharedTls tls);
std::unique_ptr<ByteStream> make_unix_stream(boost::asio::local::stream_protocol::socket socket);

}  // namespace turnpike::http
