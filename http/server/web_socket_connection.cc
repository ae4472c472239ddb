#include "http/server/web_socket_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <mutex>

#include "base/log.h"
#include "http/core/problem.h"
#include "http/server/web_socket_transport.h"

namespace turnpike::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kHandshake{10};
constexpr std::chrono::seconds kSilence{60};  // half of it brings a ping
constexpr std::uint16_t kLost = 1006;
constexpr std::uint16_t kPolicy = 1008;
constexpr std::uint16_t kInternalError = 1011;

using Socket = websocket::stream<WebSocketTransport>;

struct Outgoing {
  std::string bytes;  // of a close: its reason
  bool binary = false;
  std::uint16_t close_code = 0;  // not 0: a close frame
};

class BeastWebSocket final : public WebSocketConnection,
                             public std::enable_shared_from_this<BeastWebSocket> {
 public:
  BeastWebSocket(ByteStream& stream, std::string early, std::unique_ptr<WebSocketSession> session)
      : stream_(stream),
        executor_(stream.executor()),
        early_(std::move(early)),
        session_(std::move(session)),
        max_queue_bytes_(session_->send_queue_bytes()) {}

  asio::awaitable<void> run(const Request& request) override;

  bool send(std::string message, bool binary) override {
    return enqueue({std::move(message), binary, 0});
  }
  void close(std::uint16_t code, std::string_view reason) override {
    enqueue({std::string(reason.substr(0, 123)), false, code});
  }

 private:
  /// However run() ends, nobody queues anything after it.
  struct Ending {
    BeastWebSocket& socket;
    explicit Ending(BeastWebSocket& one) : socket(one) {}
    Ending(const Ending&) = delete;
    Ending& operator=(const Ending&) = delete;
    ~Ending() {
      const std::lock_guard lock(socket.mutex_);
      socket.closed_ = true;
      socket.queue_.clear();
      socket.socket_ = nullptr;
    }
  };

  bool enqueue(Outgoing out);
  std::optional<Outgoing> next();
  asio::awaitable<void> pump();
  asio::awaitable<void> read_all(Socket& socket);
  void deliver(std::string_view message, bool binary);

  ByteStream& stream_;
  const asio::any_io_executor executor_;
  std::string early_;
  std::unique_ptr<WebSocketSession> session_;
  const std::size_t max_queue_bytes_;
  std::mutex mutex_;  // of what stands below it; socket_ is used on the strand only
  std::deque<Outgoing> queue_;
  std::size_t queued_bytes_ = 0;
  bool pumping_ = false;
  bool closed_ = true;  // until the handshake is done
  Socket* socket_ = nullptr;
  asio::steady_timer* pump_ended_ = nullptr;
};

/// Beast wants its own type back, with the fields that the handshake is checked by.
beast::http::request<beast::http::empty_body> to_beast(const Request& request) {
  beast::http::request<beast::http::empty_body> out;
  out.method(beast::http::verb::get);
  out.target(beast::string_view(request.target.data(), request.target.size()));
  out.version(11);
  for (const Header& header : request.headers.all()) out.insert(header.name, header.value);
  return out;
}

void set_up(Socket& socket, const WebSocketSession& session) {
  websocket::stream_base::timeout timeouts{};
  timeouts.handshake_timeout = kHandshake;
  timeouts.idle_timeout = kSilence;
  timeouts.keep_alive_pings = true;
  socket.set_option(timeouts);
  socket.read_message_max(session.max_message_bytes());
  const std::string subprotocol(session.subprotocol());
  socket.set_option(
      websocket::stream_base::decorator([subprotocol](websocket::response_type& response) {
        if (!subprotocol.empty()) {
          response.set(beast::http::field::sec_websocket_protocol, subprotocol);
        }
      }));
}

asio::awaitable<void> BeastWebSocket::run(const Request& request) {
  auto self = shared_from_this();
  stream_.expires_never();
  Socket socket{WebSocketTransport(stream_, std::move(early_))};
  asio::steady_timer pump_ended(executor_, asio::steady_timer::time_point::max());
  const Ending ending(*this);
  set_up(socket, *session_);
  const auto handshake = to_beast(request);
  auto [error] = co_await socket.async_accept(handshake, kAsTuple);
  if (error) co_return;
  {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    socket_ = &socket;
    pump_ended_ = &pump_ended;
  }
  try {
    session_->on_open(self);
  } catch (const std::exception& reason) {
    LOG(kError, "http: a WebSocket session failed: {}", log::log_safe(reason.what()));
    close(kInternalError, "");
  }
  asio::steady_timer patience(executor_, session_->welcome_within());
  patience.async_wait([this, self](const boost::system::error_code& stopped) {
    if (!stopped && !session_->is_welcome()) close(kPolicy, "nothing was said");
  });
  co_await read_all(socket);
  patience.cancel();
  bool wait = false;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    queue_.clear();
    wait = pumping_;
  }
  stream_.close();
  if (wait) co_await pump_ended.async_wait(kAsTuple);
  const std::uint16_t code = socket.reason().code;
  session_->on_close(code == 0 ? kLost : code);
}

asio::awaitable<void> BeastWebSocket::read_all(Socket& socket) {
  beast::flat_buffer buffer;
  while (true) {
    auto [error, count] = co_await socket.async_read(buffer, kAsTuple);
    if (error) co_return;
    deliver({static_cast<const char*>(buffer.data().data()), count}, socket.got_binary());
    buffer.consume(count);
  }
}

void BeastWebSocket::deliver(std::string_view message, bool binary) {
  try {
    session_->on_message(message, binary);
  } catch (const std::exception& reason) {
    LOG(kError, "http: a WebSocket session failed: {}", log::log_safe(reason.what()));
    close(kInternalError, "");
  }
}

bool BeastWebSocket::enqueue(Outgoing out) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  if (out.close_code != 0) {
    closed_ = true;  // nothing is queued behind it
  } else if (queued_bytes_ + out.bytes.size() > max_queue_bytes_) {
    return false;
  }
  queued_bytes_ += out.bytes.size();
  queue_.push_back(std::move(out));
  if (!pumping_) {
    pumping_ = true;
    asio::co_spawn(executor_, pump(), [self = shared_from_this()](const std::exception_ptr&) {});
  }
  return true;
}

std::optional<Outgoing> BeastWebSocket::next() {
  const std::lock_guard lock(mutex_);
  if (queue_.empty() || socket_ == nullptr) {
    pumping_ = false;
    if (pump_ended_) pump_ended_->cancel();
    return std::nullopt;
  }
  std::optional<Outgoing> out = std::move(queue_.front());
  queue_.pop_front();
  return out;
}

asio::awaitable<void> BeastWebSocket::pump() {
  // The one who queued may hold the lock, and the strand.
  co_await asio::post(executor_, asio::use_awaitable);
  while (auto out = next()) {
    if (out->close_code != 0) {
      const websocket::close_reason reason(static_cast<websocket::close_code>(out->close_code),
                                           out->bytes);
      co_await socket_->async_close(reason, kAsTuple);
    } else {
      socket_->binary(out->binary);
      co_await socket_->async_write(asio::buffer(out->bytes), kAsTuple);
    }
    const std::lock_guard lock(mutex_);
    queued_bytes_ -= std::min(queued_bytes_, out->bytes.size());
  }
}

}  // namespace

UpgradeAnswer decide_upgrade(ServerState& state, const Request& request) {
  try {
    UpgradeAnswer answer = state.settings().upgrade(request);
    const auto* session = std::get_if<std::unique_ptr<WebSocketSession>>(&answer);
    if (!session || *session) return answer;
    LOG(kError, "http: the WebSocket hook gave neither a session nor an answer");
  } catch (const std::exception& error) {
    LOG(kError, "http: the WebSocket hook failed: {}", log::log_safe(error.what()));
  }
  state.count(HttpCounter::kHandlerFailures);
  return problem(500);
}

std::shared_ptr<WebSocketConnection> make_web_socket(ByteStream& stream, std::string early,
                                                     std::unique_ptr<WebSocketSession> session) {
  return std::make_shared<BeastWebSocket>(stream, std::move(early), std::move(session));
}

}  // namespace turnpike::http
