#include "relay/server/ops/metrics_server.h"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <system_error>
#include <thread>
#include <utility>

#include "relay/server/ops/http_answer.h"
#include "relay/server/ops/signals.h"

namespace turnpike::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t kMaxHeader = 8192;
constexpr std::chrono::milliseconds kAcceptRetry{100};

struct Site {
  std::string path;
  std::function<std::string()> page;
  std::chrono::milliseconds deadline;
};

/// Bytes came and they are no HTTP; not: the client went away or was too slow.
bool is_malformed(error_code error) {
  return error.category() == http::make_error_code(http::error::bad_target).category() &&
         error != http::error::end_of_stream && error != http::error::partial_message;
}

/// One connection: reads a request's header, answers, closes. It lives as long as its operations.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, const Site& site, std::function<void()> on_end)
      : stream_(std::move(socket)), site_(site), on_end_(std::move(on_end)), buffer_(kMaxHeader) {
    parser_.header_limit(kMaxHeader);
  }
  ~Connection() { on_end_(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start() {
    stream_.expires_after(site_.deadline);
    http::async_read_header(
        stream_, buffer_, parser_,
        [self = shared_from_this()](error_code error, std::size_t) { self->on_header(error); });
  }

 private:
  void on_header(error_code error) {
    if (!error) {
      const auto& request = parser_.get();
      answer(answer_http(request.method_string(), request.target(), site_.path, site_.page));
    } else if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      answer({431, "text/plain; charset=utf-8", "the request's header is too long\n", false});
    } else if (is_malformed(error)) {
      answer({400, "text/plain; charset=utf-8", "this is not an HTTP request\n", false});
    }
  }

  void answer(HttpAnswer answer) {
    response_.version(11);
    response_.result(answer.status);
    response_.set(http::field::content_type, answer.content_type);
    response_.set(http::field::cache_control, "no-store");
    if (answer.allow) response_.set(http::field::allow, "GET, HEAD");
    response_.keep_alive(false);
    response_.body() = std::move(answer.body);
    response_.prepare_payload();
    // The length of what GET would bring, without bringing it (RFC 9110 section 9.3.2).
    serializer_.split(true);
    const bool head = parser_.get().method() == http::verb::head;
    auto done = [self = shared_from_this()](error_code, std::size_t) { self->finish(); };
    if (head) {
      http::async_write_header(stream_, serializer_, std::move(done));
    } else {
      http::async_write(stream_, serializer_, std::move(done));
    }
  }

  void finish() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
  const Site& site_;
  std::function<void()> on_end_;
  beast::flat_buffer buffer_;
  http::request_parser<http::empty_body> parser_;
  http::response<http::string_body> response_;
  http::response_serializer<http::string_body> serializer_{response_};
};

class AsioMetricsServer final : public MetricsServer {
 public:
  AsioMetricsServer(const MetricsServerSettings& settings, std::function<std::string()> page)
      : site_{settings.path, std::move(page), settings.deadline},
        max_connections_(settings.max_connections) {}

  ~AsioMetricsServer() override {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<void, std::string> listen(const MetricsServerSettings& settings) {
    if (settings.address) {
      const auto address = asio::ip::make_address(settings.address->to_string());
      return report(open({address, settings.port}), settings);
    }
    error_code error = open({asio::ip::address_v6::any(), settings.port});
    // A system without IPv6.
    if (error == boost::system::errc::address_family_not_supported ||
        error == boost::system::errc::address_not_available) {
      error = open({asio::ip::address_v4::any(), settings.port});
    }
    return report(error, settings);
  }

  Result<void, std::string> run() {
    accept();
    try {
      thread_ = std::thread([this] {
        block_signals_in_this_thread();
        io_.run();
      });
    } catch (const std::system_error& error) {
      return fail(fmt::format("cannot start the thread of the metrics page: {}", error.what()));
    }
    return {};
  }

  std::uint16_t port() const override { return port_; }

 private:
  error_code open(const tcp::endpoint& endpoint) {
    error_code error;
    acceptor_.close(error);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    const bool any_v6 = endpoint.address().is_v6() && endpoint.address().is_unspecified();
    if (!error && any_v6) acceptor_.set_option(asio::ip::v6_only(false), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    return error;
  }

  static Result<void, std::string> report(error_code error, const MetricsServerSettings& settings) {
    if (!error) return {};
    const std::string where = settings.address ? settings.address->to_string() : "every address";
    return fail(
        fmt::format("cannot serve metrics on {}, port {}: {}; set another prometheus-port or "
                    "prometheus-address",
                    where, settings.port, error.message()));
  }

  void accept() {
    accepting_ = true;
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      accepting_ = false;
      if (error) return retry_later();
      ++connections_;
      std::make_shared<Connection>(std::move(socket), site_, [this] {
        on_connection_end();
      })->start();
      if (connections_ < max_connections_) accept();
    });
  }

  void on_connection_end() {
    --connections_;
    if (!accepting_ && !io_.stopped()) accept();
  }

  /// Descriptors ran out, most likely.
  void retry_later() {
    accepting_ = true;
    retry_.expires_after(kAcceptRetry);
    retry_.async_wait([this](error_code error) {
      if (!error) accept();
    });
  }

  const Site site_;
  const std::size_t max_connections_;
  std::uint16_t port_ = 0;
  // Connections report their end here, and the last of them end with io_: it goes first.
  std::size_t connections_ = 0;
  bool accepting_ = false;
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer retry_{io_};
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<MetricsServer>, std::string> MetricsServer::start(
    const MetricsServerSettings& settings, std::function<std::string()> page) {
  auto server = std::make_unique<AsioMetricsServer>(settings, std::move(page));
  if (auto listening = server->listen(settings); !listening) return fail(listening.error());
  if (auto running = server->run(); !running) return fail(running.error());
  return server;
}

}  // namespace turnpike::server
