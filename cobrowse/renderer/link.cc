#include "cobrowse/renderer/link.h"

#include <chrono>

#include "base/log.h"
#include "http/core/json.h"

namespace turnpike::renderer {
namespace {

constexpr milliseconds kRetry{500};
constexpr std::size_t kMaxMessage = 1 << 20;

MonotonicTime now() {
  return MonotonicTime(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

Link::Link(ice::EventLoop& loop, const Orders& orders, LinkEvents events)
    : loop_(loop),
      events_(std::move(events)),
      generation_(std::make_shared<int>(0)),
      away_since_(now()) {
  settings_.url = orders.control_url;
  settings_.headers.add("Authorization",
                        "Bearer " + orders.renderer + "." + std::string(orders.token.reveal()));
  settings_.max_message_bytes = kMaxMessage;
  connect();
}

Link::~Link() {
  ++*generation_;
  if (timer_ != 0) loop_.cancel(timer_);
}

void Link::connect() {
  const auto generation = generation_;
  const int mine = ++*generation_;
  client_.reset();
  const auto on_loop = [this, generation, mine](std::function<void()> work) {
    loop_.post([generation, mine, work = std::move(work)] {
      if (*generation == mine) work();
    });
  };
  auto client = http::WebSocketClient::start(
      settings_,
      {.on_open =
           [this, on_loop] {
             on_loop([this] {
               is_open_ = true;
               events_.on_open();
             });
           },
       .on_message =
           [this, on_loop](std::string_view text) {
             auto message = http::parse_json_object(text, {.bytes = kMaxMessage, .depth = 8});
             if (!message) return;
             on_loop([this, message = *std::move(message)] { events_.on_message(message); });
           },
       .on_close =
           [this, on_loop](const std::string& why) { on_loop([this, why] { on_closed(why); }); }});
  // Not from within: whoever makes a link has none yet.
  if (!client) {
    on_loop([this, why = client.error()] { events_.on_given_up(why); });
    return;
  }
  client_ = *std::move(client);
}

void Link::on_closed(const std::string& why) {
  if (is_open_) {
    LOG(kWarning, "the server is away: {}", why);
    away_since_ = now();
  }
  is_open_ = false;
  if (now() - away_since_ > kPatience || why.ends_with("status 401")) {
    return events_.on_given_up(why);
  }
  timer_ = loop_.after(kRetry, [this] {
    timer_ = 0;
    connect();
  });
}

bool Link::send(const boost::json::object& message) {
  return is_open_ && client_ && client_->send(http::to_json(message));
}

}  // namespace turnpike::renderer
