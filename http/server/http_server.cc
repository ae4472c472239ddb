#include "http/server/http_server.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "base/log.h"
#include "http/server/connection.h"
#include "http/server/listener.h"
#include "http/server/server_state.h"
#include "http/server/tls_context.h"

namespace turnpike::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::local::stream_protocol;
using boost::system::error_code;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kAcceptRetry{100};

/// Threads that are made while this lives leave every signal to the program's own thread.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

struct TcpDoor {
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::optional<TlsFiles> files;
  SharedTls tls;
};

Endpoint endpoint_of(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  if (address.is_v4()) return {IpAddress::v4(address.to_v4().to_uint()), endpoint.port()};
  return {unmapped(IpAddress::v6(address.to_v6().to_bytes())), endpoint.port()};
}

class AsioHttpServer final : public HttpServer {
 public:
  AsioHttpServer(HttpServerSettings settings, Handler handler)
      : state_(std::move(settings), std::move(handler)) {}

  ~AsioHttpServer() override { stop_now(); }

  Result<void, std::string> listen() {
    for (const TcpListener& listener : state_.settings().tcp) {
      SharedTls tls;
      if (listener.tls) {
        auto loaded = load_tls(*listener.tls);
        if (!loaded) return fail(loaded.error());
        tls = *std::move(loaded);
      }
      auto acceptor = listen_tcp(asio::make_strand(io_), listener);
      if (!acceptor) return fail(acceptor.error());
      error_code ignored;
      const std::uint16_t port = acceptor->local_endpoint(ignored).port();
      tcp_doors_.push_back({*std::move(acceptor), port, listener.tls, std::move(tls)});
    }
    for (const UnixListener& listener : state_.settings().unix_sockets) {
      auto acceptor = listen_unix(asio::make_strand(io_), listener);
      if (!acceptor) return fail(acceptor.error());
      unix_doors_.push_back(*std::move(acceptor));
    }
    return {};
  }

  Result<void, std::string> run() {
    for (TcpDoor& door : tcp_doors_) {
      asio::co_spawn(door.acceptor.get_executor(), accept_tcp(door), asio::detached);
    }
    for (std::size_t i = 0; i < unix_doors_.size(); ++i) {
      const bool trusted = state_.settings().unix_sockets[i].trusted_proxy;
      auto& acceptor = unix_doors_[i].acceptor;
      asio::co_spawn(acceptor.get_executor(), accept_unix(acceptor, trusted), asio::detached);
    }
    const AllSignalsBlocked blocked;
    try {
      for (unsigned i = 0; i < std::max(state_.settings().threads, 1U); ++i) {
        threads_.emplace_back([this] { io_.run(); });
      }
    } catch (const std::system_error& error) {
      return fail(std::string("cannot start the threads of the HTTP server: ") + error.what());
    }
    return {};
  }

  std::uint16_t port(std::size_t listener) const override {
    return listener < tcp_doors_.size() ? tcp_doors_[listener].port : std::uint16_t{0};
  }

  Result<void, std::string> reload_certificates() override {
    std::vector<SharedTls> fresh;
    for (const TcpDoor& door : tcp_doors_) {
      SharedTls tls;
      if (door.files) {
        auto loaded = load_tls(*door.files);
        if (!loaded) return fail(loaded.error());
        tls = *std::move(loaded);
      }
      fresh.push_back(std::move(tls));
    }
    const std::lock_guard lock(tls_mutex_);
    for (std::size_t i = 0; i < fresh.size(); ++i) tcp_doors_[i].tls = std::move(fresh[i]);
    return {};
  }

  void stop() override { stop_now(); }

  std::uint64_t counter(HttpCounter which) const override { return state_.counter(which); }
  std::size_t open_connections() const override { return state_.open(); }

 private:
  void stop_now() {
    const std::lock_guard lock(stop_mutex_);
    if (stopped_) return;
    stopped_ = true;
    stopping_ = true;
    if (!threads_.empty()) {
      close_doors();
      for (const auto& connection : state_.connections()) connection->begin_stop();
      if (!state_.wait_until_empty(state_.settings().deadlines.drain)) {
        LOG(kWarning, "http: {} connections are cut, their requests did not end in time",
            state_.open());
      }
    }
    io_.stop();
    for (std::thread& thread : threads_) thread.join();
    unix_doors_.clear();
  }

  /// Each on its strand, where its accepting runs.
  void close_doors() {
    const auto close = [](auto& acceptor) {
      asio::post(acceptor.get_executor(), [&acceptor] {
        error_code ignored;
        acceptor.close(ignored);
      });
    };
    for (TcpDoor& door : tcp_doors_) close(door.acceptor);
    for (UnixAcceptor& door : unix_doors_) close(door.acceptor);
  }

  asio::awaitable<void> accept_tcp(TcpDoor& door) {
    while (!stopping_) {
      tcp::socket socket(asio::make_strand(io_));
      const auto [error] = co_await door.acceptor.async_accept(socket, kAsTuple);
      if (stopping_) break;
      if (error) {
        co_await pause();
        continue;
      }
      take_tcp(door, std::move(socket));
    }
  }

  asio::awaitable<void> accept_unix(stream_protocol::acceptor& acceptor, bool trusted) {
    while (!stopping_) {
      stream_protocol::socket socket(asio::make_strand(io_));
      const auto [error] = co_await acceptor.async_accept(socket, kAsTuple);
      if (stopping_) break;
      if (error) {
        co_await pause();
        continue;
      }
      ConnectionPeer peer{{}, peer_uid(socket), trusted};
      begin(std::nullopt, peer, [&socket] { return make_unix_stream(std::move(socket)); });
    }
  }

  /// Descriptors ran out, most likely.
  asio::awaitable<void> pause() {
    asio::steady_timer timer(io_, kAcceptRetry);
    [[maybe_unused]] const auto [error] = co_await timer.async_wait(kAsTuple);
  }

  void take_tcp(TcpDoor& door, tcp::socket socket) {
    error_code error;
    const auto remote = socket.remote_endpoint(error);
    if (error) return;  // gone already
    socket.set_option(tcp::no_delay(true), error);
    ConnectionPeer peer{endpoint_of(remote), std::nullopt, false};
    SharedTls tls;
    {
      const std::lock_guard lock(tls_mutex_);
      tls = door.tls;
    }
    std::optional<IpAddress> limited;
    if (!any_contains(state_.settings().trusted_proxies, peer.address.ip)) {
      limited = peer.address.ip;
    }
    begin(limited, peer, [&] {
      return tls ? make_tls_stream(std::move(socket), std::move(tls))
                 : make_tcp_stream(std::move(socket));
    });
  }

  template <class MakeStream>
  void begin(const std::optional<IpAddress>& limited, const ConnectionPeer& peer,
             MakeStream make_stream) {
    state_.count(HttpCounter::kConnections);
    const auto id = state_.enter(limited);
    if (!id) {
      state_.count(HttpCounter::kConnectionsRefused);
      return;
    }
    auto connection = std::make_shared<Connection>(state_, *id, make_stream(), peer);
    connection->start();
    // stop() may have looked for connections just before this one was there.
    if (stopping_) connection->begin_stop();
  }

  ServerState state_;
  asio::io_context io_;
  std::mutex tls_mutex_;
  std::vector<TcpDoor> tcp_doors_;
  std::vector<UnixAcceptor> unix_doors_;
  std::vector<std::thread> threads_;
  std::mutex stop_mutex_;
  bool stopped_ = false;
  std::atomic<bool> stopping_ = false;
};

}  // namespace

Result<std::unique_ptr<HttpServer>, std::string> HttpServer::start(HttpServerSettings settings,
                                                                   Handler handler) {
  auto server = std::make_unique<AsioHttpServer>(std::move(settings), std::move(handler));
  if (auto listening = server->listen(); !listening) return fail(listening.error());
  if (auto running = server->run(); !running) return fail(running.error());
  return server;
}

}  // namespace turnpike::http
