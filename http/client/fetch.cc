#include "http/client/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <optional>

#include "http/client/client_url.h"
#include "http/client/connect.h"

namespace turnpike::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace beast_http = beast::http;
using asio::local::stream_protocol;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t kMaxHeader = 65536;

using Answer = Result<ClientResponse, std::string>;
using Wire = beast_http::request<beast_http::string_body>;

Wire to_wire(const ClientRequest& request, const ClientUrl& url) {
  Wire wire;
  wire.version(11);
  const std::string_view method = method_name(request.method);
  wire.method_string(beast::string_view(method.data(), method.size()));
  wire.target(url.target);
  for (const Header& header : request.headers.all()) wire.insert(header.name, header.value);
  wire.set(beast_http::field::host, url.authority);
  wire.keep_alive(false);
  wire.body() = request.body;
  wire.prepare_payload();
  return wire;
}

/// What is the same for every kind of stream.
template <class Stream>
asio::awaitable<Answer> exchange(Stream& stream, const ClientRequest& request,
                                 const ClientUrl& url) {
  const Wire wire = to_wire(request, url);
  // Its error does not count: a server may answer and close before it has read all of a request.
  co_await beast_http::async_write(stream, wire, kAsTuple);
  beast::flat_buffer buffer;
  beast_http::response_parser<beast_http::string_body> parser;
  parser.header_limit(kMaxHeader);
  parser.body_limit(request.max_body_bytes);
  parser.skip(request.method == Method::kHead);
  const auto [error, count] = co_await beast_http::async_read(stream, buffer, parser, kAsTuple);
  // Without a length the end of the stream ends the body; TLS without a goodbye does not.
  if (error == beast_http::error::body_limit) {
    co_return fail(fmt::format("the answer of {} is longer than {} bytes", url.authority,
                               request.max_body_bytes));
  }
  if (error) co_return fail(connect_problem(url, "cannot read the answer of", error));
  ClientResponse response;
  response.status = parser.get().result_int();
  for (const auto& field : parser.get().base()) {
    const auto name = field.name_string();
    const auto value = field.value();
    response.headers.add({name.data(), name.size()}, {value.data(), value.size()});
  }
  response.body = std::move(parser.get().body());
  co_return response;
}

asio::awaitable<Answer> over_tcp(const ClientRequest& request, const ClientUrl& url) {
  auto socket = co_await connect_tcp(url);
  if (!socket) co_return fail(socket.error());
  co_return co_await exchange(*socket, request, url);
}

asio::awaitable<Answer> over_tls(const ClientRequest& request, const ClientUrl& url) {
  auto connection = co_await connect_tls(url, request.tls);
  if (!connection) co_return fail(connection.error());
  co_return co_await exchange((*connection)->stream, request, url);
}

asio::awaitable<Answer> over_unix(const ClientRequest& request, const ClientUrl& url) {
  stream_protocol::socket socket(co_await asio::this_coro::executor);
  const stream_protocol::endpoint endpoint(request.unix_socket);
  const auto [error] = co_await socket.async_connect(endpoint, kAsTuple);
  if (error) {
    co_return fail(
        fmt::format("cannot connect to \"{}\": {}", request.unix_socket, error.message()));
  }
  co_return co_await exchange(socket, request, url);
}

asio::awaitable<Answer> start(const ClientRequest& request, const ClientUrl& url) {
  if (!request.unix_socket.empty()) return over_unix(request, url);
  return url.tls ? over_tls(request, url) : over_tcp(request, url);
}

}  // namespace

Result<ClientResponse, std::string> fetch(const ClientRequest& request) {
  const auto url = parse_client_url(request.url);
  if (!url) return fail(url.error());
  if (request.unix_socket.size() > 107) {
    return fail(fmt::format("the path \"{}\" is too long for a Unix socket", request.unix_socket));
  }
  std::optional<Answer> answer;
  asio::io_context io(1);
  asio::co_spawn(io, start(request, *url), [&answer](std::exception_ptr error, Answer result) {
    if (!error) answer = std::move(result);
  });
  io.run_for(request.deadline);
  if (answer) return *std::move(answer);
  return fail(
      fmt::format("{} did not answer within {} ms", url->authority, request.deadline.count()));
}

}  // namespace turnpike::http
