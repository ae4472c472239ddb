#include "http/server/connection.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/error.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "base/log.h"
#include "http/core/problem.h"
#include "http/core/target.h"
#include "http/server/forwarder.h"
#include "http/server/response_writer.h"
#include "http/server/web_socket_connection.h"

namespace turnpike::http {
namespace {

namespace asio = boost::asio;

/// A chunk's header that is longer is no chunk's header.
constexpr std::size_t kMaxUnused = 16384;
constexpr std::size_t kLingerBytes = 1 << 20;
constexpr std::chrono::milliseconds kLinger{1000};
constexpr std::uint64_t kRetryAfter_s = 2;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::int64_t unix_time() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Connection::Connection(ServerState& state, std::uint64_t id, std::unique_ptr<ByteStream> stream,
                       const ConnectionPeer& peer)
    : state_(state), id_(id), stream_(std::move(stream)), peer_(peer) {}

Connection::~Connection() {
  stream_.reset();
  state_.leave(id_);
}

void Connection::start() {
  state_.attach(id_, weak_from_this());
  auto self = shared_from_this();
  asio::co_spawn(stream_->executor(), run(), [self](std::exception_ptr error) {
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& reason) {
      LOG(kError, "http: a connection ended: {}", log::log_safe(reason.what()));
    }
  });
}

void Connection::begin_stop() {
  asio::post(stream_->executor(), [self = shared_from_this()] {
    self->stopping_ = true;
    if (self->idle_) self->stream_->close();
    if (const auto socket = self->web_socket_.lock()) socket->close(1001, "the server stops");
  });
}

asio::awaitable<void> Connection::run() {
  stream_->expires_after(state_.settings().deadlines.header);
  const auto error = co_await stream_->handshake();
  if (error) {
    state_.count(HttpCounter::kTlsFailures);
    note_error(error);
    co_return;
  }
  certificate_subject_ = stream_->certificate_subject();
  Step step = Step::kNext;
  while (step == Step::kNext && !stopping_) {
    step = co_await serve_one();
    body_hold_.reset();
  }
  if (step == Step::kLinger) co_await linger();
  stream_->close();
}

asio::awaitable<Connection::Step> Connection::serve_one() {
  std::optional<Refusal> refusal;
  const std::size_t header = co_await read_header(refusal);
  if (refusal) co_return co_await refuse(*refusal);
  if (header == 0) co_return Step::kClose;
  state_.count(HttpCounter::kRequests);
  Request request;
  RequestParser parser(state_.settings().limits, state_.settings().body_limit != nullptr);
  refusal = parser.on_header(std::string_view(buffer_).substr(0, header), request);
  buffer_.erase(0, header);
  if (refusal) co_return co_await refuse(*refusal);
  identify(request);
  const std::optional<Response> early = admit(request);
  if (early) co_return co_await answer(*early, parser, request.method, parser.complete());
  const bool is_socket = state_.settings().upgrade && parser.is_websocket_upgrade();
  if (is_socket) {
    const ForwardAnswer elsewhere = decide_forward(request, true);
    if (elsewhere.index() != 0) co_return co_await pass(elsewhere, parser, request, true);
    co_return co_await upgrade(std::move(request));
  }
  if (!co_await read_body(parser, request, refusal)) {
    if (!refusal) co_return Step::kClose;
    co_return co_await refuse(*refusal);
  }
  stream_->expires_never();
  const ForwardAnswer elsewhere = decide_forward(request, false);
  if (elsewhere.index() != 0) co_return co_await pass(elsewhere, parser, request, false);
  const Response response = handle(request);
  co_return co_await answer(response, parser, request.method, true);
}

std::optional<Refusal> Connection::limit_body(RequestParser& parser, const Request& request) {
  const HttpServerSettings& settings = state_.settings();
  body_time_ = settings.deadlines.body;
  if (!settings.body_limit) return std::nullopt;
  BodyAllowance allowance;
  try {
    allowance = settings.body_limit(request);
  } catch (const std::exception& error) {
    LOG(kError, "http: the limit of a body failed: {}", log::log_safe(error.what()));
    state_.count(HttpCounter::kHandlerFailures);
    return Refusal{500, "the server failed"};
  }
  if (allowance.is_busy) return Refusal{429, "too many large requests at once, try again later"};
  const std::size_t usual = settings.limits.body_bytes;
  const std::size_t most = std::max(usual, allowance.bytes);
  body_time_ += std::chrono::seconds((most - usual) >> 16);
  body_hold_ = std::move(allowance.hold);
  return parser.limit_body(most);
}

asio::awaitable<std::size_t> Connection::read_header(std::optional<Refusal>& refusal) {
  const auto& settings = state_.settings();
  idle_ = buffer_.empty();
  stream_->expires_after(idle_ ? settings.deadlines.idle : settings.deadlines.header);
  while (true) {
    // An empty line in front of a request is no error (RFC 9112 section 2.2).
    if (buffer_.starts_with("\r\n")) buffer_.erase(0, 2);
    const auto length = header_length(buffer_, settings.limits);
    if (!length) refusal = length.error();
    if (!length || *length > 0) co_return length.value_or(0);
    if (!co_await read_more()) co_return 0;
    if (idle_) {
      idle_ = false;
      stream_->expires_after(settings.deadlines.header);
    }
  }
}

asio::awaitable<bool> Connection::read_more() {
  const IoResult result = co_await stream_->read_some(read_space_);
  if (result.error) {
    note_error(result.error);
    co_return false;
  }
  buffer_.append(read_space_.data(), result.count);
  co_return true;
}

asio::awaitable<bool> Connection::read_body(RequestParser& parser, Request& request,
                                            std::optional<Refusal>& refusal) {
  refusal = limit_body(parser, request);
  if (refusal) co_return false;
  if (parser.complete()) co_return true;
  stream_->expires_after(body_time_);
  if (parser.expects_continue() && buffer_.empty()) {
    const IoResult sent = co_await stream_->write(kContinue);
    if (sent.error) co_return false;
  }
  while (!parser.complete()) {
    if (!buffer_.empty()) {
      const auto used = parser.on_body(buffer_);
      if (!used) {
        refusal = used.error();
        co_return false;
      }
      buffer_.erase(0, *used);
      if (buffer_.size() > kMaxUnused && !parser.complete()) {
        refusal = Refusal{400, "a chunk's header is too long"};
        co_return false;
      }
    }
    if (parser.complete()) break;
    const bool more = co_await read_more();
    if (!more) co_return false;
  }
  request.body = parser.take_body();
  co_return true;
}

asio::awaitable<bool> Connection::write(std::string bytes) {
  stream_->expires_after(state_.settings().deadlines.write);
  const IoResult result = co_await stream_->write(bytes);
  if (result.error) note_error(result.error);
  co_return !result.error;
}

/// The rest of what the client sends has no known beginning: the connection ends here.
asio::awaitable<Connection::Step> Connection::refuse(Refusal refusal) {
  state_.count(HttpCounter::kRefusedRequests);
  count_answer(refusal.status);
  std::string bytes = write_response(problem(refusal.status, refusal.detail),
                                     {.keep_alive = false, .unix_time = unix_time()});
  const bool written = co_await write(std::move(bytes));
  co_return written ? Step::kLinger : Step::kClose;
}

asio::awaitable<Connection::Step> Connection::answer(const Response& response,
                                                     const RequestParser& parser, Method method,
                                                     bool may_stay) {
  const bool keep_alive = may_stay && !stopping_ && parser.keep_alive();
  count_answer(response.status);
  std::string bytes = write_response(response, {.head = method == Method::kHead,
                                                .keep_alive = keep_alive,
                                                .http_1_0 = parser.is_http_1_0(),
                                                .unix_time = unix_time()});
  const bool written = co_await write(std::move(bytes));
  if (!written) co_return Step::kClose;
  co_return keep_alive ? Step::kNext : Step::kLinger;
}

asio::awaitable<Connection::Step> Connection::upgrade(Request request) {
  UpgradeAnswer decision = decide_upgrade(state_, request);
  if (auto* response = std::get_if<Response>(&decision)) {
    count_answer(response->status);
    std::string bytes = write_response(*response, {.keep_alive = false, .unix_time = unix_time()});
    const bool written = co_await write(std::move(bytes));
    co_return written ? Step::kLinger : Step::kClose;
  }
  state_.count(HttpCounter::kUpgrades);
  auto session = std::move(std::get<std::unique_ptr<WebSocketSession>>(decision));
  const auto socket = make_web_socket(*stream_, std::exchange(buffer_, {}), std::move(session));
  web_socket_ = socket;
  co_await socket->run(request);
  co_return Step::kClose;
}

asio::awaitable<Connection::Step> Connection::pass(const ForwardAnswer& elsewhere,
                                                   const RequestParser& parser,
                                                   const Request& request, bool is_socket) {
  const auto* const to = std::get_if<ForwardTo>(&elsewhere);
  if (to == nullptr) {
    co_return co_await answer(std::get<Response>(elsewhere), parser, request.method, !is_socket);
  }
  idle_ = true;  // a server that stops does not wait for it
  const auto done = co_await pass_on(*stream_, request, *to, is_socket, std::exchange(buffer_, {}));
  idle_ = false;
  if (done) co_return Step::kLinger;
  LOG(kWarning, "http: {} does not answer: {}", log::log_safe(to->url),
      log::log_safe(done.error()));
  Response response = problem(503, "the server that has this does not answer");
  set_retry_after(response, kRetryAfter_s);
  co_return co_await answer(response, parser, request.method, false);
}

/// Closing a socket with unread bytes resets it, and the reset overtakes the answer.
asio::awaitable<void> Connection::linger() {
  idle_ = true;
  stream_->expires_after(kLinger);
  co_await stream_->end_sending();
  for (std::size_t total = 0; total < kLingerBytes;) {
    const IoResult result = co_await stream_->read_some(read_space_);
    if (result.error) break;
    total += result.count;
  }
}

std::optional<Response> Connection::admit(Request& request) {
  try {
    if (state_.settings().admit) return state_.settings().admit(request);
  } catch (const std::exception& error) {
    state_.count(HttpCounter::kHandlerFailures);
    LOG(kError, "http: admitting a request failed: {}", log::log_safe(error.what()));
    return problem(500);
  }
  const auto target = parse_target(request.target);
  if (!target) {
    state_.count(HttpCounter::kRefusedRequests);
    return problem(400, target_error_text(target.error()));
  }
  request.path = target->path;
  request.query = target->query;
  return std::nullopt;
}

ForwardAnswer Connection::decide_forward(const Request& request, bool is_socket) {
  if (!state_.settings().forward || request.method == Method::kOther) return {};
  try {
    return state_.settings().forward(request, is_socket);
  } catch (const std::exception& error) {
    LOG(kError, "http: where a request goes is not known: {}", log::log_safe(error.what()));
  }
  state_.count(HttpCounter::kHandlerFailures);
  return problem(500);
}

Response Connection::handle(const Request& request) {
  try {
    return state_.handler()(request);
  } catch (const std::exception& error) {
    LOG(kError, "http: a handler failed: {}", log::log_safe(error.what()));
  } catch (...) {
    LOG(kError, "http: a handler failed");
  }
  state_.count(HttpCounter::kHandlerFailures);
  return problem(500);
}

void Connection::identify(Request& request) const {
  const Peer peer{peer_.address, stream_->is_tls(), peer_.trusted_proxy};
  const Origin origin = origin_of(peer, request.headers, state_.settings().trusted_proxies);
  request.client = origin.client;
  request.tls = origin.tls;
  request.certificate_subject = certificate_subject_;
  request.peer_uid = peer_.uid;
}

void Connection::count_answer(unsigned status) {
  if (status >= 200 && status < 300) state_.count(HttpCounter::kAnswers2xx);
  if (status >= 300 && status < 400) state_.count(HttpCounter::kAnswers3xx);
  if (status >= 400 && status < 500) state_.count(HttpCounter::kAnswers4xx);
  if (status >= 500) state_.count(HttpCounter::kAnswers5xx);
}

void Connection::note_error(const boost::system::error_code& error) {
  if (error == boost::beast::error::timeout) state_.count(HttpCounter::kTimeouts);
}

}  // namespace turnpike::http
