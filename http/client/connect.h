// Connections to other programs for the clients of this room: TCP and TLS (Boost.Asio).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/client/client_tls.h"
#include "http/client/client_url.h"

namespace turnpike::http {

struct TlsConnection {
  boost::asio::ssl::context context;  // outlives the stream
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream;
};

/// "cannot connect to help.example.org: Connection refused"
std::string connect_problem(const ClientUrl& url, std::string_view step,
                            const boost::system::error_code& error);

/// Resolves the name where it is one.
boost::asio::awaitable<Result<boost::asio::ip::tcp::socket, std::string>> connect_tcp(
    const ClientUrl& url);

/// TLS 1.2 at least; the server's name and who signed it are checked.
boost::asio::awaitable<Result<std::unique_ptr<TlsConnection>, std::string>> connect_tls(
    const ClientUrl& url, const ClientTls& tls);

}  // namespace turnpike::http
