#include "http/client/web_socket_client.h"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <thread>

#include "http/client/connect.h"

namespace turnpike::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

class Client final : public WebSocketClient {
 public:
  Client(const WebSocketClientSettings& settings, ClientUrl url, WebSocketClientEvents events)
      : settings_(settings), url_(std::move(url)), events_(std::move(events)) {
    asio::co_spawn(io_, live(), asio::detached);
    deadline_.expires_after(settings_.connect_deadline);
    deadline_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled) end("no answer in time");
    });
    thread_ = std::thread([this] { io_.run(); });
  }

  ~Client() override {
    silent_ = true;
    io_.stop();
    thread_.join();
  }

  bool send(std::string message) override {
    if (ended_) return false;
    if (queued_.fetch_add(message.size()) + message.size() > settings_.send_queue_bytes) {
      queued_ -= message.size();
      return false;
    }
    asio::post(io_, [this, message = std::move(message)]() mutable {
      outgoing_.push_back(std::move(message));
      wake_.cancel();
    });
    return true;
  }

 private:
  asio::awaitable<void> live() {
    if (url_.tls) {
      auto connection = co_await connect_tls(url_, settings_.tls);
      if (!connection) co_return end(connection.error());
      const std::unique_ptr<TlsConnection> kept = std::move(*connection);
      websocket::stream<asio::ssl::stream<tcp::socket>&> stream(kept->stream);
      co_await talk(stream);
    } else {
      auto socket = co_await connect_tcp(url_);
      if (!socket) co_return end(socket.error());
      socket->set_option(tcp::no_delay(true));
      websocket::stream<tcp::socket&> stream(*socket);
      co_await talk(stream);
    }
  }

  template <class Stream>
  asio::awaitable<void> talk(Stream& stream) {
    stream.set_option(
        websocket::stream_base::timeout{.handshake_timeout = settings_.connect_deadline,
                                        .idle_timeout = std::chrono::seconds(20),
                                        .keep_alive_pings = true});
    stream.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
      for (const Header& header : settings_.headers.all()) request.set(header.name, header.value);
    }));
    stream.read_message_max(settings_.max_message_bytes);
    websocket::response_type response;
    const auto [refused] =
        co_await stream.async_handshake(response, url_.authority, url_.target, kAsTuple);
    if (refused) {
      co_return end(response.result_int() > 101
                        ? "answered with status " + std::to_string(response.result_int())
                        : refused.message());
    }
    deadline_.cancel();
    if (!silent_ && events_.on_open) events_.on_open();
    asio::co_spawn(io_, write(stream), asio::detached);
    beast::flat_buffer buffer;
    while (true) {
      const auto [error, count] = co_await stream.async_read(buffer, kAsTuple);
      if (error) co_return end(error.message());
      const auto data = buffer.data();
      if (!silent_ && events_.on_message) {
        events_.on_message({static_cast<const char*>(data.data()), data.size()});
      }
      buffer.consume(buffer.size());
    }
  }

  template <class Stream>
  asio::awaitable<void> write(Stream& stream) {
    while (!ended_) {
      if (outgoing_.empty()) {
        wake_.expires_at(asio::steady_timer::time_point::max());
        co_await wake_.async_wait(kAsTuple);
        continue;
      }
      const std::string message = std::move(outgoing_.front());
      outgoing_.pop_front();
      const auto [error, count] = co_await stream.async_write(asio::buffer(message), kAsTuple);
      queued_ -= message.size();
      if (error) co_return;  // the reader hears of it too
    }
  }

  /// The thread ends with it: whatever waits in a coroutine goes with the io_context.
  void end(const std::string& why) {
    if (ended_.exchange(true)) return;
    deadline_.cancel();
    wake_.cancel();
    if (!silent_ && events_.on_close) events_.on_close(why);
    io_.stop();
  }

  const WebSocketClientSettings settings_;
  const ClientUrl url_;
  const WebSocketClientEvents events_;
  std::atomic<bool> silent_ = false;
  std::atomic<bool> ended_ = false;
  std::atomic<std::size_t> queued_ = 0;
  std::deque<std::string> outgoing_;  // the thread's
  asio::io_context io_{1};
  asio::steady_timer deadline_{io_};
  asio::steady_timer wake_{io_};
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<WebSocketClient>, std::string> WebSocketClient::start(
    const WebSocketClientSettings& settings, WebSocketClientEvents events) {
  auto url = parse_client_url(settings.url);
  if (!url) return fail(url.error());
  return std::make_unique<Client>(settings, *std::move(url), std::move(events));
}

}  // namespace turnpike::http
