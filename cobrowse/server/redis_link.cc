#include "cobrowse/server/redis_link.h"

#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <signal.h>

#include <span>

namespace turnpike::cobrowse {
namespace {

constexpr std::size_t kMaxShown = 160;

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

RedisLink::RedisLink(RedisAddress address) : address_(std::move(address)) {}
RedisLink::~RedisLink() = default;

std::string RedisLink::broken() {
  std::string why = context_ ? context_->errstr : "out of memory";
  context_.reset();
  not_before_ = std::chrono::steady_clock::now() + kPause;
  return fmt::format("Redis at {}: {}", redis_place(address_), why);
}

Result<void, std::string> RedisLink::connect() {
  if (context_) return {};
  if (std::chrono::steady_clock::now() < not_before_) {
    return fail(fmt::format("Redis at {} is away", redis_place(address_)));
  }
  constexpr timeval kTime{kTimeout.count() / 1000, kTimeout.count() % 1000 * 1000};
  context_.reset(address_.socket.empty()
                     ? redisConnectWithTimeout(address_.host.c_str(), address_.port, kTime)
                     : redisConnectUnixWithTimeout(address_.socket.c_str(), kTime));
  if (!context_ || context_->err != 0) return fail(broken());
  redisSetTimeout(context_.get(), kTime);
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
    context_.reset();
    not_before_ = std::chrono::steady_clock::now() + kPause;
    return fail(fmt::format("{}; check user, password and database", done.error()));
  }
  return {};
}

Result<RedisReply, std::string> RedisLink::run_once(const std::vector<std::string>& command) {
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
  const bool old = context_ != nullptr;
  if (const auto ready = connect(); !ready) return fail(ready.error());
  auto reply = run_once(command);
  if (reply || context_ || !old) return reply;
  not_before_ = {};
  if (const auto ready = connect(); !ready) return fail(ready.error());
  return run_once(command);
}

}  // namespace turnpike::cobrowse
