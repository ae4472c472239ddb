#include "cobrowse/server/redis_link.h"

#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <signal.h>

#include <algorithm>
#include <span>

namespace turnpike::cobrowse {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxShown = 160;
constexpr unsigned kMaxDoublings = 16;

timeval time_of(milliseconds time) {
  return {time.count() / 1000, time.count() % 1000 * 1000};
}

/// hiredis writes without MSG_NOSIGNAL.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoBrokenPipe() {
    const timespec at_once{};
    if (::sigismember(&before_, SIGPIPE) == 0) ::sigtimedwait(&pipe_, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  sigset_t pipe_{}, before_{};
};

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

RedisReply convert(const redisReply& from) {
  RedisReply to;
  to.is_nil = from.type == REDIS_REPLY_NIL;
  if (from.type == REDIS_REPLY_STRING || from.type == REDIS_REPLY_STATUS) {
    to.text.assign(from.str, from.len);
  }
  if (from.type == REDIS_REPLY_INTEGER) to.number = from.integer;
  if (from.type == REDIS_REPLY_ARRAY) {
    for (const redisReply* const item : std::span(from.element, from.elements)) {
      to.items.push_back(convert(*item));
    }
  }
  return to;
}

}  // namespace

void RedisLink::Free::operator()(redisContext* context) const {
  redisFree(context);
}

RedisLink::RedisLink(RedisAddress address, RedisPatience patience)
    : address_(std::move(address)), patience_(patience) {}
RedisLink::~RedisLink() = default;

std::string RedisLink::broken() {
  std::string why = context_ ? context_->errstr : "out of memory";
  if (why.empty()) why = "no answer in time";
  give_up();
  return fmt::format("Redis at {}: {}", redis_place(address_), why);
}

void RedisLink::give_up() {
  context_.reset();
  const milliseconds pause = patience_.pause * (1 << std::min(failures_, kMaxDoublings));
  not_before_ = Clock::now() + std::min(pause, patience_.longest_pause);
  ++failures_;
}

milliseconds RedisLink::time_left() const {
  return std::chrono::duration_cast<milliseconds>(deadline_ - Clock::now());
}

Result<void, std::string> RedisLink::connect() {
  if (context_) return {};
  if (Clock::now() < not_before_) {
    return fail(fmt::format("Redis at {} is away", redis_place(address_)));
  }
  const timeval time = time_of(std::max(time_left(), milliseconds(1)));
  context_.reset(address_.socket.empty()
                     ? redisConnectWithTimeout(address_.host.c_str(), address_.port, time)
                     : redisConnectUnixWithTimeout(address_.socket.c_str(), time));
  if (!context_ || context_->err != 0) return fail(broken());
  std::vector<std::vector<std::string>> steps;
  if (!address_.password.empty()) {
    steps.push_back({"AUTH"});
    if (!address_.user.empty()) steps.back().push_back(address_.user);
    steps.back().emplace_back(address_.password.reveal());
  }
  if (address_.database != 0) steps.push_back({"SELECT", std::to_string(address_.database)});
  steps.push_back({"PING"});  // one that wants a password says so here
  for (const auto& step : steps) {
    const auto done = run_once(step);
    if (done) continue;
    if (context_) give_up();
    return fail(fmt::format("{}; check user, password and database", done.error()));
  }
  return {};
}

Result<RedisReply, std::string> RedisLink::run_once(const std::vector<std::string>& command) {
  const milliseconds left = time_left();
  if (left <= milliseconds(0)) return fail(broken());
  redisSetTimeout(context_.get(), time_of(left));
  const NoBrokenPipe guard;
  std::vector<const char*> parts;
  std::vector<std::size_t> sizes;
  for (const std::string& part : command) {
    parts.push_back(part.data());
    sizes.push_back(part.size());
  }
  const std::unique_ptr<redisReply, FreeReply> reply(static_cast<redisReply*>(redisCommandArgv(
      context_.get(), static_cast<int>(parts.size()), parts.data(), sizes.data())));
  if (!reply) return fail(broken());
  if (reply->type != REDIS_REPLY_ERROR) return convert(*reply);
  const std::string_view text(reply->str, reply->len);
  return fail(fmt::format("Redis at {}: {}: {}", redis_place(address_), command.front(),
                          text.substr(0, std::min(text.find(", with args"), kMaxShown))));
}

Result<RedisReply, std::string> RedisLink::run(const std::vector<std::string>& command) {
  const std::lock_guard lock(mutex_);
  deadline_ = Clock::now() + patience_.in_all;
  const bool old = context_ != nullptr;
  if (const auto ready = connect(); !ready) return fail(ready.error());
  auto reply = run_once(command);
  if (!context_ && old && time_left() > milliseconds(0)) {
    not_before_ = {};
    failures_ = 0;
    if (const auto ready = connect(); !ready) return fail(ready.error());
    reply = run_once(command);
  }
  if (context_) failures_ = 0;
  return reply;
}

}  // namespace turnpike::cobrowse
