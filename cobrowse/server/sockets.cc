#include "cobrowse/server/sockets.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "http/core/authorization.h"
#include "http/core/json.h"
#include "http/core/problem.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxParticipantMessage = 128 << 10;
constexpr std::size_t kMaxRendererMessage = 1 << 20;
constexpr std::size_t kMaxMessagesInARow = 600;  // tokens of the bucket below
constexpr double kMessagesPerSecond = 300;       // a fast mouse makes 60 to 120
constexpr std::uint16_t kPolicy = 1008;

class ParticipantSocket final : public http::WebSocketSession {
 public:
  explicit ParticipantSocket(Sessions& sessions) : sessions_(sessions) {}

  std::size_t max_message_bytes() const override { return kMaxParticipantMessage; }
  bool is_welcome() const override { return who_.has_value(); }
  void on_open(std::shared_ptr<http::WebSocket> socket) override { socket_ = std::move(socket); }

  void on_message(std::string_view text, bool binary) override {
    if (!is_in_time()) return socket_->close(kPolicy, "too many messages");
    auto message = http::parse_json_object(text, {.bytes = kMaxParticipantMessage, .depth = 8});
    if (binary || !message) {
      socket_->send(R"({"t":"error","text":"every message is a JSON object"})");
      return;
    }
    if (who_) return sessions_.on_text(*who_, *message);
    const auto type = http::text_member(*message, "t");
    const auto token = http::text_member(*message, "token");
    if (type && type->value_or("") == "hello" && token && *token)
      who_ = sessions_.attach(**token, socket_);
    if (who_) return;
    socket_->send(R"({"t":"bye","reason":"bad_token",)"
                  R"("text":"this session is over, or you are no longer in it"})");
    socket_->close(kPolicy, "bad token");
  }

  void on_close(std::uint16_t) override {
    if (who_) sessions_.on_closed(*who_);
    socket_.reset();
  }

 private:
  bool is_in_time() {
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> passed = now - last_;
    last_ = now;
    allowance_ = std::min(allowance_ + passed.count() * kMessagesPerSecond,
                          static_cast<double>(kMaxMessagesInARow));
    if (allowance_ < 1) return false;
    allowance_ -= 1;
    return true;
  }

  Sessions& sessions_;
  std::shared_ptr<http::WebSocket> socket_;
  std::optional<Sessions::Attached> who_;
  double allowance_ = kMaxMessagesInARow;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

class RendererSocket final : public http::WebSocketSession {
 public:
  RendererSocket(Sessions& sessions, std::string renderer)
      : sessions_(sessions), renderer_(std::move(renderer)) {}

  std::size_t max_message_bytes() const override { return kMaxRendererMessage; }
  void on_open(std::shared_ptr<http::WebSocket> socket) override {
    number_ = sessions_.attach_renderer(renderer_, std::move(socket));
  }
  void on_message(std::string_view text, bool) override {
    const auto message = http::parse_json_object(text, {.bytes = kMaxRendererMessage, .depth = 8});
    if (message) sessions_.on_renderer_text(renderer_, number_, *message);
  }
  void on_close(std::uint16_t) override { sessions_.on_renderer_closed(renderer_, number_); }

 private:
  Sessions& sessions_;
  const std::string renderer_;
  std::uint64_t number_ = 0;
};

/// A page of somebody else's must not open a socket here with whatever a browser knows.
bool is_own_origin(const http::Request& request, const std::string& public_url) {
  const std::string origin(request.headers.find("Origin"));
  if (origin.empty()) return true;  // no browser
  const std::string host(request.headers.find("Host"));
  return origin == "https://" + host || origin == "http://" + host ||
         (public_url.starts_with(origin) &&
          (public_url.size() == origin.size() || public_url[origin.size()] == '/'));
}

}  // namespace

SocketAnswer open_participant_socket(Sessions& sessions, const http::Request& request,
                                     const std::string& public_url) {
  if (!is_own_origin(request, public_url)) {
    return http::problem(403, "pages of another origin open no socket here");
  }
  return std::make_unique<ParticipantSocket>(sessions);
}

SocketAnswer open_renderer_socket(Sessions& sessions, const http::Request& request) {
  const auto shown = http::parse_bearer(request.headers.find("Authorization"));
  const std::size_t dot = shown ? shown->find('.') : std::string_view::npos;
  if (dot == std::string_view::npos) return http::problem(401, "renderers only");
  std::string renderer(shown->substr(0, dot));
  if (!sessions.is_renderer(renderer, shown->substr(dot + 1))) {
    return http::problem(401, "renderers only");
  }
  return std::make_unique<RendererSocket>(sessions, std::move(renderer));
}

}  // namespace turnpike::cobrowse
