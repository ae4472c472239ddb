// One connection to a Redis server: commands out, replies in, over hiredis. Connects when first
// used and again after it broke. Knows nothing of what the keys mean. For one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "credentials/store/redis_settings.h"
#include "credentials/store/store.h"

struct redisContext;

namespace turnpike::credentials {

using RedisCommand = std::vector<std::string>;

struct RedisReply {
  enum class Kind : std::uint8_t { kNil, kText, kNumber, kArray, kError };
  Kind kind = Kind::kNil;
  std::string text;  // kText, kError
  std::int64_t number = 0;
  std::vector<RedisReply> items;
};

class RedisConnection {
 public:
  explicit RedisConnection(RedisSettings settings);
  ~RedisConnection();
  RedisConnection(RedisConnection&&) noexcept;
  RedisConnection& operator=(RedisConnection&&) noexcept;

  const RedisSettings& settings() const { return settings_; }
  bool connected() const { return context_ != nullptr; }

  /// Connects and logs in, unless that is done. kRefused: a wrong password or database.
  StoreResult<void> connect();
  void close();

  /// One answer per command, in their order. An error answer of the server to any of them becomes a
  /// StoreError. Commands must be repeatable: where an old connection turns out to be dead they are
  /// sent once more over a new one.
  StoreResult<std::vector<RedisReply>> run(std::span<const RedisCommand> commands);
  StoreResult<RedisReply> run(const RedisCommand& command);
  /// For commands that must not be sent twice: over this connection or not at all.
  StoreResult<std::vector<RedisReply>> run_here(std::span<const RedisCommand> commands);

  // For a subscriber, who waits for the descriptor itself.
  int descriptor() const;
  StoreResult<void> send(const RedisCommand& command);
  /// Reads what has arrived, without waiting. Call when the descriptor is readable.
  StoreResult<void> receive();
  /// The next whole message among what was read.
  StoreResult<std::optional<RedisReply>> next_message();

 private:
  struct Free {
    void operator()(redisContext* context) const;
  };
  StoreResult<std::vector<RedisReply>> run_once(std::span<const RedisCommand> commands);
  StoreResult<void> log_in();
  StoreError broken(std::string_view doing);

  RedisSettings settings_;
  std::unique_ptr<redisContext, Free> context_;
};

/// What the server's error answer means; never repeats arguments of the command.
StoreError redis_error(std::string_view answer, std::string_view command);

}  // namespace turnpike::credentials
