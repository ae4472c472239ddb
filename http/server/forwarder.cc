#include "http/server/forwarder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>

#include "http/client/connect.h"

namespace turnpike::http {
namespace {

namespace asio = boost::asio;
using asio::experimental::awaitable_operators::operator||;
using boost::system::error_code;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kChunk = 16384;
constexpr auto kNotPassedOn = std::to_array<std::string_view>(
    {"connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization",
     "te", "trailer", "transfer-encoding", "content-length", "expect", "upgrade", "forwarded",
     "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip"});

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

/// The two connections of one exchange. On the client's strand, all of it.
template <class Upstream>
class Tunnel {
 public:
  Tunnel(ByteStream& client, Upstream& upstream, std::chrono::milliseconds silence)
      : client_(client), upstream_(upstream), silence_(silence) {}

  asio::awaitable<Result<void, std::string>> run(std::string head, bool both_ways) {
    client_.expires_never();
    if (both_ways) {
      co_await (send(head) || watch());
      if (!failed_) co_await (up() || down() || watch());
    } else {
      co_await (exchange(head) || watch());
    }
    if (answered_) co_return Result<void, std::string>{};
    co_return fail(std::string("no answer"));
  }

 private:
  asio::awaitable<void> send(const std::string& bytes) {
    const auto [error, count] =
        co_await asio::async_write(upstream_, asio::buffer(bytes), kAsTuple);
    failed_ = error.failed();
    moved();
  }

  asio::awaitable<void> exchange(const std::string& head) {
    co_await send(head);
    if (!failed_) co_await down();
  }

  asio::awaitable<void> up() {
    std::array<char, kChunk> space;
    while (true) {
      const IoResult got = co_await client_.read_some(space);
      if (got.error) co_return;
      const auto [error, count] =
          co_await asio::async_write(upstream_, asio::buffer(space.data(), got.count), kAsTuple);
      if (error) co_return;
      moved();
    }
  }

  asio::awaitable<void> down() {
    std::array<char, kChunk> space;
    while (true) {
      const auto [error, count] = co_await upstream_.async_read_some(asio::buffer(space), kAsTuple);
      if (count > 0) {
        answered_ = true;
        const IoResult written = co_await client_.write({space.data(), count});
        if (written.error) co_return;
        moved();
      }
      if (error) co_return;
    }
  }

  void moved() { last_ = std::chrono::steady_clock::now(); }

  asio::awaitable<void> watch() {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (std::chrono::steady_clock::now() - last_ < silence_) {
      timer.expires_at(last_ + silence_);
      const auto [cancelled] = co_await timer.async_wait(kAsTuple);
      if (cancelled) co_return;
    }
  }

  ByteStream& client_;
  Upstream& upstream_;
  const std::chrono::milliseconds silence_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  bool failed_ = false;
  bool answered_ = false;
};

asio::awaitable<void> wait_for(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(kAsTuple);
}

struct Connected {
  std::optional<asio::ip::tcp::socket> plain{};
  std::unique_ptr<TlsConnection> tls{};
  std::string error{"no answer in time"};
};

asio::awaitable<void> connect_to(const ClientUrl& url, const ForwardTo& to, Connected& into) {
  if (url.tls) {
    auto connection = co_await connect_tls(url, to.tls);
    if (connection) {
      into.tls = *std::move(connection);
    } else {
      into.error = connection.error();
    }
    co_return;
  }
  auto socket = co_await connect_tcp(url);
  if (!socket) {
    into.error = socket.error();
    co_return;
  }
  error_code ignored;
  socket->set_option(asio::ip::tcp::no_delay(true), ignored);
  into.plain = *std::move(socket);
}

}  // namespace

std::string forwarded_head(const Request& request, const ForwardTo& to, bool is_socket) {
  std::string head = fmt::format("{} {} HTTP/1.1\r\n", method_name(request.method), request.target);
  const auto add = [&head](std::string_view name, std::string_view value) {
    head += fmt::format("{}: {}\r\n", name, value);
  };
  for (const Header& header : request.headers.all()) {
    const bool dropped = std::ranges::find(kNotPassedOn, lower(header.name)) != kNotPassedOn.end();
    if (!dropped && !to.headers.has(header.name)) add(header.name, header.value);
  }
  for (const Header& header : to.headers.all()) add(header.name, header.value);
  if (is_socket) {
    add("Connection", "Upgrade");
    add("Upgrade", "websocket");
  } else {
    add("Connection", "close");
    if (!request.body.empty() || request.method == Method::kPost || request.method == Method::kPut)
      add("Content-Length", std::to_string(request.body.size()));
  }
  return head + "\r\n";
}

asio::awaitable<Result<void, std::string>> pass_on(ByteStream& client, const Request& request,
                                                   const ForwardTo& to, bool is_socket,
                                                   std::string early) {
  const auto url = parse_client_url(to.url);
  if (!url) co_return fail(url.error());
  Connected there;
  co_await (connect_to(*url, to, there) || wait_for(to.connect_deadline));
  std::string head = forwarded_head(request, to, is_socket) + (is_socket ? early : request.body);
  const auto silence = is_socket ? to.socket_silence : to.silence;
  if (there.tls) {
    co_return co_await Tunnel(client, there.tls->stream, silence).run(std::move(head), is_socket);
  }
  if (there.plain) {
    co_return co_await Tunnel(client, *there.plain, silence).run(std::move(head), is_socket);
  }
  co_return fail(there.error);
}

}  // namespace turnpike::http
