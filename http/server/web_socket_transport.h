// A ByteStream as Beast's WebSocket layer wants it: an AsyncStream with a teardown. Compiled in one
// place, so that Beast is instantiated once for TCP, TLS and Unix sockets.
#pragma once

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/role.hpp>
#include <exception>
#include <string>
#include <utility>

#include "http/server/byte_stream.h"

namespace turnpike::http {

class WebSocketTransport {
 public:
  using executor_type = boost::asio::any_io_executor;

  WebSocketTransport(ByteStream& stream, std::string early)
      : stream_(&stream), early_(std::move(early)) {}

  executor_type get_executor() { return stream_->executor(); }
  ByteStream& stream() { return *stream_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    boost::asio::mutable_buffer first;
    for (auto at = boost::asio::buffer_sequence_begin(buffers);
         at != boost::asio::buffer_sequence_end(buffers) && first.size() == 0; ++at) {
      first = *at;
    }
    const std::span<char> into(static_cast<char*>(first.data()), first.size());
    return start([this, into] { return read(into); }, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    std::string bytes(boost::asio::buffer_size(buffers), '\0');
    boost::asio::buffer_copy(boost::asio::buffer(bytes), buffers);
    return start([this, bytes = std::move(bytes)]() mutable { return write(std::move(bytes)); },
                 std::forward<Token>(token));
  }

 private:
  template <class Work, class Token>
  auto start(Work work, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [executor = get_executor()](auto handler, Work todo) {
          boost::asio::co_spawn(
              executor, todo(),
              [handler = std::move(handler)](const std::exception_ptr&, IoResult result) mutable {
                std::move(handler)(result.error, result.count);
              });
        },
        token, std::move(work));
  }

  boost::asio::awaitable<IoResult> read(std::span<char> into) {
    if (early_.empty() || into.empty()) co_return co_await stream_->read_some(into);
    // Never completes inside the call that starts it.
    co_await boost::asio::post(stream_->executor(), boost::asio::use_awaitable);
    const std::size_t count = std::min(early_.size(), into.size());
    std::copy_n(early_.begin(), count, into.begin());
    early_.erase(0, count);
    co_return IoResult{{}, count};
  }

  boost::asio::awaitable<IoResult> write(std::string bytes) {
    const std::size_t count = bytes.size();
    if (std::exchange(in_handshake_, false)) leave_out_server(bytes);
    IoResult result = co_await stream_->write(bytes);
    if (!result.error) result.count = count;
    co_return result;
  }

  /// Beast names itself in its answer to the handshake, which is the first that it writes, and has
  /// no option against that.
  static void leave_out_server(std::string& bytes) {
    const std::size_t line = bytes.find("\r\nServer:");
    if (line == std::string::npos) return;
    bytes.erase(line, bytes.find("\r\n", line + 2) - line);
  }

  ByteStream* stream_;
  std::string early_;
  bool in_handshake_ = true;
};

inline void beast_close_socket(WebSocketTransport& transport) {
  transport.stream().close();
}

inline void teardown(boost::beast::role_type, WebSocketTransport& transport,
                     boost::system::error_code& error) {
  transport.stream().close();
  error = {};
}

template <class Handler>
void async_teardown(boost::beast::role_type, WebSocketTransport& transport, Handler&& handler) {
  transport.stream().close();
  boost::asio::post(transport.get_executor(), [handler = std::forward<Handler>(handler)]() mutable {
    std::move(handler)(boost::system::error_code{});
  });
}

}  // namespace turnpike::http
