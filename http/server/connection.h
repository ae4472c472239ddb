// One connection: requests in, answers out, one at a time and in order, each step with its
// deadline. It lives as long as its coroutine.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/ip_address.h"
#include "http/core/message.h"
#include "http/server/byte_stream.h"
#include "http/server/request_parser.h"
#include "http/server/server_state.h"

namespace turnpike::http {

struct ConnectionPeer {
  Endpoint address;  // unspecified for a Unix socket
  std::optional<std::uint32_t> uid;
  bool trusted_proxy = false;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// `id` is what ServerState::enter gave; it is given back at the end.
  Connection(ServerState& state, std::uint64_t id, std::unique_ptr<ByteStream> stream,
             const ConnectionPeer& peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs on the stream's strand, and holds the connection until it has ended.
  void start();
  /// From any thread: closes it when no request runs, else after the answer.
  void begin_stop();

 private:
  enum class Step : std::uint8_t { kNext, kClose, kLinger };

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<Step> serve_one();
  boost::asio::awaitable<std::size_t> read_header(std::optional<Refusal>& refusal);
  boost::asio::awaitable<bool> read_more();
  /// Sets body_time_, too.
  std::optional<Refusal> limit_body(RequestParser& parser, const Request& request);
  boost::asio::awaitable<bool> read_body(RequestParser& parser, Request& request,
                                         std::optional<Refusal>& refusal);
  boost::asio::awaitable<bool> write(std::string bytes);
  boost::asio::awaitable<Step> refuse(Refusal refusal);
  boost::asio::awaitable<Step> answer(const Response& response, const RequestParser& parser,
                                      Method method, bool may_stay);
  boost::asio::awaitable<Step> upgrade(Request request);
  boost::asio::awaitable<Step> pass(const ForwardAnswer& elsewhere, const RequestParser& parser,
                                    const Request& request, bool is_socket);
  boost::asio::awaitable<void> linger();

  std::optional<Response> admit(Request& request);
  ForwardAnswer decide_forward(const Request& request, bool is_socket);
  Response handle(const Request& request);
  void identify(Request& request) const;
  void count_answer(unsigned status);
  void note_error(const boost::system::error_code& error);

  ServerState& state_;
  const std::uint64_t id_;
  std::unique_ptr<ByteStream> stream_;
  const ConnectionPeer peer_;
  std::string certificate_subject_;
  std::array<char, 8192> read_space_;
  std::chrono::milliseconds body_time_{};  // for the body of this request
  std::shared_ptr<void> body_hold_;
  std::string buffer_;  // what was read and not used yet
  std::weak_ptr<WebSocket> web_socket_;
  bool idle_ = true;  // between two requests, or in the handshake
  bool stopping_ = false;
};

}  // namespace turnpike::http
