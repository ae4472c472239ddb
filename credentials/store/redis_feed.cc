#include "credentials/store/redis_feed.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "credentials/store/redis_connection.h"

namespace turnpike::credentials {
namespace {

using Clock = std::chrono::steady_clock;

constexpr milliseconds kRetryAfter{250};
constexpr milliseconds kPingAfter{10'000};
constexpr std::string_view kKeyspace = "__keyspace@";

class EventFd {
 public:
  EventFd() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~EventFd() {
    if (fd_ >= 0) ::close(fd_);
  }
  EventFd(const EventFd&) = delete;
  EventFd& operator=(const EventFd&) = delete;

  int get() const { return fd_; }
  void raise() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
  }
  void clear() const {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto taken = ::read(fd_, &count, sizeof count);
  }

 private:
  int fd_;
};

milliseconds until(Clock::time_point time) {
  const auto left = std::chrono::ceil<milliseconds>(time - Clock::now());
  return std::max(left, milliseconds(0));
}

class RedisFeed final : public ChangeFeed {
 public:
  explicit RedisFeed(RedisSettings settings) : connection_(std::move(settings)) {}

  bool usable() const { return interrupt_.get() >= 0; }
  void interrupt() override { interrupt_.raise(); }

  StoreResult<bool> wait(milliseconds timeout) override {
    const auto deadline = Clock::now() + timeout;
    if (!connection_.connected()) {
      if (poll_for(-1, std::min(until(retry_), timeout))) return false;
      auto done = Clock::now() < retry_ ? StoreResult<void>(fail(last_error_)) : subscribe();
      if (!done) return fail(lost(std::move(done.error())));
      return true;
    }
    while (true) {
      if (poll_for(connection_.descriptor(), std::min(until(deadline), until(next_ping())))) {
        return false;
      }
      auto told = read_messages();
      if (!told) return fail(lost(std::move(told.error())));
      if (*told) return true;
      if (auto done = keep_alive(); !done) return fail(lost(std::move(done.error())));
      if (Clock::now() >= deadline) return false;
    }
  }

 private:
  /// True: interrupted. Otherwise `readable_` says whether the server sent something.
  bool poll_for(int descriptor, milliseconds timeout) {
    pollfd fds[] = {{interrupt_.get(), POLLIN, 0}, {descriptor, POLLIN, 0}};
    const int wait_ms = static_cast<int>(std::min<std::int64_t>(timeout.count(), 3'600'000));
    readable_ = ::poll(fds, 2, wait_ms) > 0 && fds[1].revents != 0;
    if ((fds[0].revents & POLLIN) == 0) return false;
    interrupt_.clear();
    return true;
  }

  StoreError lost(StoreError error) {
    connection_.close();
    retry_ = Clock::now() + kRetryAfter;
    last_error_ = error;
    return error;
  }

  StoreResult<void> subscribe() {
    if (auto done = connection_.connect(); !done) return done;
    switch_notifications_on();
    const std::string& database = connection_.settings().database;
    const std::string prefix = fmt::format("{}{}__:", kKeyspace, database.empty() ? "0" : database);
    RedisCommand patterns = {"PSUBSCRIBE"};
    for (const char* keys : {"turn/*", "turnpike/revocation/*"}) {
      patterns.push_back(prefix + keys);
    }
    if (auto done = connection_.send({"SUBSCRIBE", std::string(kRedisChannel)}); !done) return done;
    if (auto done = connection_.send(patterns); !done) return done;
    return await_subscriptions(patterns.size());
  }

  /// What changes after this returns is seen.
  StoreResult<void> await_subscriptions(std::size_t wanted) {
    const auto deadline = Clock::now() + connection_.settings().timeout;
    pollfd fd{connection_.descriptor(), POLLIN, 0};
    while (wanted > 0) {
      auto message = connection_.next_message();
      if (!message) return fail(message.error());
      if (!*message) {
        if (::poll(&fd, 1, static_cast<int>(until(deadline).count())) == 0) {
          return fail(StoreError{StoreFailure::kUnavailable, "redis: SUBSCRIBE: no answer"});
        }
        if (auto done = connection_.receive(); !done) return done;
        continue;
      }
      if ((*message)->kind == RedisReply::Kind::kError) {
        return fail(redis_error((*message)->text, "SUBSCRIBE"));
      }
      const auto& items = (*message)->items;
      if (!items.empty() && items[0].text.ends_with("subscribe")) --wanted;
    }
    heard_ = Clock::now();
    pinged_ = false;
    return {};
  }

  void switch_notifications_on() {
    auto current = connection_.run({"CONFIG", "GET", "notify-keyspace-events"});
    std::string why = current ? "" : current.error().text;
    if (current) {
      const std::string have = current->items.size() == 2 ? current->items[1].text : "";
      const std::string more = missing_keyspace_flags(have);
      if (more.empty()) return;
      auto set = connection_.run({"CONFIG", "SET", "notify-keyspace-events", have + more});
      if (set) return;
      why = set.error().text;
    }
    static std::atomic<bool> told{false};
    if (told.exchange(true)) return;
    LOG(kWarning,
        "{}; changes by other programs in Redis will not be noticed at once; set "
        "notify-keyspace-events to Kg$shx in redis.conf",
        why);
  }

  StoreResult<bool> read_messages() {
    if (readable_) {
      if (auto done = connection_.receive(); !done) return fail(done.error());
    }
    bool changed = false;
    while (true) {
      auto message = connection_.next_message();
      if (!message) return fail(message.error());
      if (!*message) return changed;
      heard_ = Clock::now();
      pinged_ = false;
      changed |= tells_of_change(**message);
    }
  }

  static bool tells_of_change(const RedisReply& message) {
    const auto& items = message.items;
    if (items.size() == 3 && items[0].text == "message") return true;
    if (items.size() != 4 || items[0].text != "pmessage") return false;
    const std::string_view channel = items[2].text;
    return matters_to_feed(channel.substr(std::min(channel.size(), channel.find(':') + 1)));
  }

  Clock::time_point next_ping() const {
    return heard_ + kPingAfter + (pinged_ ? connection_.settings().timeout : milliseconds(0));
  }

  /// Finds out about a server that went away without a word.
  StoreResult<void> keep_alive() {
    if (Clock::now() < next_ping()) return {};
    if (pinged_) {
      return fail(StoreError{StoreFailure::kUnavailable,
                             fmt::format("redis at {}: does not answer any more",
                                         redis_address(connection_.settings()))});
    }
    pinged_ = true;
    return connection_.send({"PING"});
  }

  EventFd interrupt_;
  RedisConnection connection_;
  Clock::time_point heard_{}, retry_{};
  StoreError last_error_;
  bool pinged_ = false;
  bool readable_ = false;
};

}  // namespace

std::unique_ptr<ChangeFeed> open_redis_feed(RedisSettings settings) {
  auto feed = std::make_unique<RedisFeed>(std::move(settings));
  if (!feed->usable()) return nullptr;
  return feed;
}

bool matters_to_feed(std::string_view key) {
  return !key.ends_with("/status") || key.find("/allocation/") == std::string_view::npos;
}

std::string missing_keyspace_flags(std::string_view current) {
  const bool all = current.find('A') != std::string_view::npos;
  std::string missing;
  for (const char flag : std::string_view("Kg$shx")) {
    const bool covered = flag != 'K' && all;
    if (!covered && current.find(flag) == std::string_view::npos) missing += flag;
  }
  return missing;
}

}  // namespace turnpike::credentials
