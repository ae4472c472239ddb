// One connection to a Redis server (hiredis): a command out, a reply in. Made when it is first
// used, and again after it broke. Knows nothing of what the keys mean.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cobrowse/server/redis_address.h"

struct redisContext;

namespace turnpike::cobrowse {

struct RedisReply {
  bool is_nil = false;
  std::string text{};       // of a string or a status
  std::int64_t number = 0;  // of an integer
  std::vector<RedisReply> items{};
};

struct RedisPatience {
  milliseconds in_all{2000};  // for a command, connecting included
  // A server that was away is not asked again so soon: whoever asks fails at once.
  milliseconds pause{500};  // doubled with each failure in a row
  milliseconds longest_pause{500};
};

class RedisLink {
 public:
  explicit RedisLink(RedisAddress address, RedisPatience patience = {});
  ~RedisLink();
  RedisLink(const RedisLink&) = delete;
  RedisLink& operator=(const RedisLink&) = delete;

  /// Any thread, one after the other. Where an old connection turns out to be dead the command is
  /// sent once more, if there is time. The error has none of the command's values in it.
  Result<RedisReply, std::string> run(const std::vector<std::string>& command);

 private:
  struct Free {
    void operator()(redisContext* context) const;
  };
  Result<void, std::string> connect();
  Result<RedisReply, std::string> run_once(const std::vector<std::string>& command);
  std::string broken();
  void give_up();
  milliseconds time_left() const;

  const RedisAddress address_;
  const RedisPatience patience_;
  std::mutex mutex_;
  std::unique_ptr<redisContext, Free> context_;
  std::chrono::steady_clock::time_point deadline_{}, not_before_{};
  unsigned failures_ = 0;  // in a row
};

}  // namespace turnpike::cobrowse
