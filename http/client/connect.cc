#include "http/client/connect.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace turnpike::http {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

Result<void, std::string> set_up(ssl::context& context, const ClientTls& tls) {
  error_code error;
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.set_verify_mode(ssl::verify_peer, error);
  if (tls.ca_file.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(tls.ca_file, error);
  }
  if (error) {
    return fail(fmt::format("cannot use the CA file \"{}\": {}", tls.ca_file, error.message()));
  }
  if (tls.client_chain_file.empty()) return {};
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; },
                                error);
  context.use_certificate_chain_file(tls.client_chain_file, error);
  if (!error) context.use_private_key_file(tls.client_key_file, ssl::context::pem, error);
  if (!error) return {};
  return fail(fmt::format("cannot use the client certificate \"{}\" with the key \"{}\": {}",
                          tls.client_chain_file, tls.client_key_file, error.message()));
}

}  // namespace

std::string connect_problem(const ClientUrl& url, std::string_view step, const error_code& error) {
  return fmt::format("{} {}: {}", step, url.authority, error.message());
}

asio::awaitable<Result<tcp::socket, std::string>> connect_tcp(const ClientUrl& url) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::socket socket(executor);
  error_code error;
  const auto address = asio::ip::make_address(url.host, error);
  if (!error) {
    const auto [failed] = co_await socket.async_connect({address, url.port}, kAsTuple);
    error = failed;
  } else {
    tcp::resolver resolver(executor);
    const auto [unknown, hosts] =
        co_await resolver.async_resolve(url.host, std::to_string(url.port), kAsTuple);
    if (unknown) co_return fail(connect_problem(url, "cannot resolve", unknown));
    const auto [failed, endpoint] = co_await asio::async_connect(socket, hosts, kAsTuple);
    error = failed;
  }
  if (error) co_return fail(connect_problem(url, "cannot connect to", error));
  co_return std::move(socket);
}

asio::awaitable<Result<std::unique_ptr<TlsConnection>, std::string>> connect_tls(
    const ClientUrl& url, const ClientTls& tls) {
  ssl::context context(ssl::context::tls_client);
  if (auto ready = set_up(context, tls); !ready) co_return fail(ready.error());
  auto socket = co_await connect_tcp(url);
  if (!socket) co_return fail(socket.error());
  ssl::stream<tcp::socket> stream(std::move(*socket), context);
  std::unique_ptr<TlsConnection> connection(
      new TlsConnection{std::move(context), std::move(stream)});
  ssl::stream<tcp::socket>& secure = connection->stream;
  secure.set_verify_callback(ssl::host_name_verification(url.host));
  error_code no_address;
  static_cast<void>(asio::ip::make_address(url.host, no_address));
  if (no_address) SSL_set_tlsext_host_name(secure.native_handle(), url.host.c_str());
  const auto [error] = co_await secure.async_handshake(ssl::stream_base::client, kAsTuple);
  if (error) co_return fail(connect_problem(url, "no TLS connection with", error));
  co_return std::move(connection);
}

}  // namespace turnpike::http
