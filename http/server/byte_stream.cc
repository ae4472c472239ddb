#include "http/server/byte_stream.h"

#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <utility>

#include "http/server/tls_context.h"

namespace turnpike::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

template <class Protocol>
class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(typename Protocol::socket socket) : stream_(std::move(socket)) {}

  asio::any_io_executor executor() override { return stream_.get_executor(); }
  void expires_after(std::chrono::milliseconds deadline) override {
    stream_.expires_after(deadline);
  }
  void expires_never() override { stream_.expires_never(); }

  asio::awaitable<error_code> handshake() override { co_return error_code{}; }

  asio::awaitable<IoResult> read_some(std::span<char> into) override {
    auto [error, count] =
        co_await stream_.async_read_some(asio::buffer(into.data(), into.size()), kAsTuple);
    co_return IoResult{error, count};
  }

  asio::awaitable<IoResult> write(std::string_view bytes) override {
    auto [error, count] =
        co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), kAsTuple);
    co_return IoResult{error, count};
  }

  asio::awaitable<void> end_sending() override {
    error_code ignored;
    stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
    co_return;
  }

  void close() override { stream_.close(); }

 private:
  beast::basic_stream<Protocol> stream_;
};

class TlsStream final : public ByteStream {
 public:
  TlsStream(asio::ip::tcp::socket socket, SharedTls tls)
      : tls_(std::move(tls)), stream_(std::move(socket), *tls_) {}

  asio::any_io_executor executor() override { return stream_.get_executor(); }
  void expires_after(std::chrono::milliseconds deadline) override {
    stream_.next_layer().expires_after(deadline);
  }
  void expires_never() override { stream_.next_layer().expires_never(); }

  asio::awaitable<error_code> handshake() override {
    auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAsTuple);
    co_return error;
  }

  asio::awaitable<IoResult> read_some(std::span<char> into) override {
    auto [error, count] =
        co_await stream_.async_read_some(asio::buffer(into.data(), into.size()), kAsTuple);
    co_return IoResult{error, count};
  }

  asio::awaitable<IoResult> write(std::string_view bytes) override {
    auto [error, count] =
        co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), kAsTuple);
    co_return IoResult{error, count};
  }

  asio::awaitable<void> end_sending() override {
    [[maybe_unused]] auto [error] = co_await stream_.async_shutdown(kAsTuple);
    error_code ignored;
    stream_.next_layer().socket().shutdown(asio::socket_base::shutdown_send, ignored);
  }

  void close() override { stream_.next_layer().close(); }

  bool is_tls() const override { return true; }
  std::string certificate_subject() const override {
    // native_handle is not const, and reads nothing but a pointer.
    return verified_subject(const_cast<TlsStream*>(this)->stream_.native_handle());
  }

 private:
  SharedTls tls_;  // a reload must not take it away
  asio::ssl::stream<beast::basic_stream<asio::ip::tcp>> stream_;
};

}  // namespace

std::unique_ptr<ByteStream> make_tcp_stream(asio::ip::tcp::socket socket) {
  return std::make_unique<PlainStream<asio::ip::tcp>>(std::move(socket));
}

std::unique_ptr<ByteStream> make_tls_stream(asio::ip::tcp::socket socket, SharedTls tls) {
  return std::make_unique<TlsStream>(std::move(socket), std::move(tls));
}

std::unique_ptr<ByteStream> make_unix_stream(asio::local::stream_protocol::socket socket) {
  return std::make_unique<PlainStream<asio::local::stream_protocol>>(std::move(socket));
}

}  // namespace turnpike::http
