#include "credentials/store/redis_connection.h"

#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

#include <utility>

namespace turnpike::credentials {
namespace {

/// hiredis writes without MSG_NOSIGNAL, and a server that went away must not end the program.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoBrokenPipe() {
    const timespec at_once{};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  sigset_t pipe_{}, before_{};
  bool was_pending_ = false;
};

timeval to_timeval(milliseconds time) {
  timeval value{};
  value.tv_sec = static_cast<time_t>(time.count() / 1000);
  value.tv_usec = static_cast<suseconds_t>(time.count() % 1000 * 1000);
  return value;
}

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using ReplyPtr = std::unique_ptr<redisReply, FreeReply>;

RedisReply convert(const redisReply& from) {
  RedisReply to;
  switch (from.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      to.kind = RedisReply::Kind::kText;
      to.text.assign(from.str, from.len);
      break;
    case REDIS_REPLY_ERROR:
      to.kind = RedisReply::Kind::kError;
      to.text.assign(from.str, from.len);
      break;
    case REDIS_REPLY_INTEGER:
      to.kind = RedisReply::Kind::kNumber;
      to.number = from.integer;
      break;
    case REDIS_REPLY_ARRAY:
      to.kind = RedisReply::Kind::kArray;
      for (const redisReply* item : std::span(from.element, from.elements)) {
        to.items.push_back(convert(*item));
      }
      break;
    default:
      break;
  }
  return to;
}

/// EXEC answers with an array that may hold errors.
const RedisReply* find_error(const RedisReply& reply) {
  if (reply.kind == RedisReply::Kind::kError) return &reply;
  for (const RedisReply& item : reply.items) {
    if (const RedisReply* error = find_error(item)) return error;
  }
  return nullptr;
}

void append(redisContext* context, const RedisCommand& command) {
  std::vector<const char*> parts;
  std::vector<std::size_t> sizes;
  for (const std::string& part : command) {
    parts.push_back(part.data());
    sizes.push_back(part.size());
  }
  redisAppendCommandArgv(context, static_cast<int>(parts.size()), parts.data(), sizes.data());
}

}  // namespace

StoreError redis_error(std::string_view answer, std::string_view command) {
  constexpr std::size_t kMaxShown = 160;
  const auto starts = [answer](std::string_view word) { return answer.starts_with(word); };
  StoreFailure failure = StoreFailure::kRefused;
  if (starts("LOADING") || starts("MASTERDOWN") || starts("BUSY") || starts("TRYAGAIN")) {
    failure = StoreFailure::kUnavailable;
  }
  if (starts("WRONGTYPE")) failure = StoreFailure::kBadData;
  const std::string_view shown = answer.substr(0, answer.find(", with args"));
  return {failure, fmt::format("redis: {}: {}", command, shown.substr(0, kMaxShown))};
}

void RedisConnection::Free::operator()(redisContext* context) const {
  redisFree(context);
}

RedisConnection::RedisConnection(RedisSettings settings) : settings_(std::move(settings)) {}
RedisConnection::~RedisConnection() = default;
RedisConnection::RedisConnection(RedisConnection&&) noexcept = default;
RedisConnection& RedisConnection::operator=(RedisConnection&&) noexcept = default;

void RedisConnection::close() {
  context_.reset();
}

int RedisConnection::descriptor() const {
  return context_ ? context_->fd : -1;
}

StoreError RedisConnection::broken(std::string_view doing) {
  const std::string why = context_ ? std::string(context_->errstr) : "out of memory";
  close();
  return {StoreFailure::kUnavailable,
          fmt::format("redis at {}: {}: {}; is it running, and is that its address?",
                      redis_address(settings_), doing, why)};
}

StoreResult<void> RedisConnection::connect() {
  if (context_) return {};
  const timeval timeout = to_timeval(settings_.timeout);
  context_.reset(settings_.socket.empty()
                     ? redisConnectWithTimeout(settings_.host.c_str(), settings_.port, timeout)
                     : redisConnectUnixWithTimeout(settings_.socket.c_str(), timeout));
  if (!context_ || context_->err != 0) return fail(broken("cannot connect"));
  redisSetTimeout(context_.get(), timeout);
  if (settings_.socket.empty()) redisEnableKeepAlive(context_.get());
  auto done = log_in();
  if (!done) close();
  return done;
}

StoreResult<void> RedisConnection::log_in() {
  std::vector<RedisCommand> commands;
  if (!settings_.password.empty()) {
    commands.push_back({"AUTH"});
    if (!settings_.user.empty()) commands.back().push_back(settings_.user);
    commands.back().emplace_back(settings_.password.reveal());
  }
  if (!settings_.database.empty()) commands.push_back({"SELECT", settings_.database});
  commands.push_back({"PING"});  // a server that wants a password says so here
  auto replies = run_once(commands);
  if (replies) return {};
  StoreError error = std::move(replies.error());
  if (error.failure == StoreFailure::kRefused) {
    error.text = fmt::format("redis at {}: login refused: {}; check user, password and dbname",
                             redis_address(settings_), error.text);
  }
  return fail(std::move(error));
}

StoreResult<std::vector<RedisReply>> RedisConnection::run_once(
    std::span<const RedisCommand> commands) {
  const NoBrokenPipe guard;
  for (const RedisCommand& command : commands) append(context_.get(), command);
  std::vector<RedisReply> replies;
  replies.reserve(commands.size());
  std::optional<StoreError> error;
  for (const RedisCommand& command : commands) {
    void* raw = nullptr;
    if (redisGetReply(context_.get(), &raw) != REDIS_OK) return fail(broken("no answer"));
    const ReplyPtr reply(static_cast<redisReply*>(raw));
    replies.push_back(convert(*reply));
    const RedisReply* wrong = find_error(replies.back());
    if (wrong != nullptr && !error) error = redis_error(wrong->text, command.front());
  }
  if (error) return fail(std::move(*error));
  return replies;
}

StoreResult<std::vector<RedisReply>> RedisConnection::run(std::span<const RedisCommand> commands) {
  const bool old = connected();
  if (auto done = connect(); !done) return fail(done.error());
  auto replies = run_once(commands);
  if (replies || !old || connected()) return replies;
  if (auto done = connect(); !done) return fail(done.error());
  return run_once(commands);
}

StoreResult<std::vector<RedisReply>> RedisConnection::run_here(
    std::span<const RedisCommand> commands) {
  if (context_) return run_once(commands);
  return fail(StoreError{StoreFailure::kUnavailable, "redis: not connected"});
}

StoreResult<RedisReply> RedisConnection::run(const RedisCommand& command) {
  auto replies = run({&command, 1});
  if (!replies) return fail(replies.error());
  return std::move(replies->front());
}

StoreResult<void> RedisConnection::send(const RedisCommand& command) {
  if (auto done = connect(); !done) return done;
  const NoBrokenPipe guard;
  append(context_.get(), command);
  int done = 0;
  while (done == 0) {
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) return fail(broken("cannot send"));
  }
  return {};
}

StoreResult<void> RedisConnection::receive() {
  if (!context_ || redisBufferRead(context_.get()) != REDIS_OK) return fail(broken("cannot read"));
  return {};
}

StoreResult<std::optional<RedisReply>> RedisConnection::next_message() {
  if (!context_) return std::nullopt;
  void* raw = nullptr;
  if (redisReaderGetReply(context_->reader, &raw) != REDIS_OK) {
    close();
    return fail(StoreError{StoreFailure::kBadData,
                           fmt::format("redis at {}: not the Redis protocol; is that its address?",
                                       redis_address(settings_))});
  }
  if (raw == nullptr) return std::nullopt;
  const ReplyPtr reply(static_cast<redisReply*>(raw));
  return convert(*reply);
}

}  // namespace turnpike::credentials
