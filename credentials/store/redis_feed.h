// Tells of changes in a Redis store: by our own channel, on which every write of ours is announced,
// and by the server's keyspace notifications, which show what Coturn's turnadmin or redis-cli does.
#pragma once

#include <memory>
#include <string_view>

#include "credentials/store/redis_settings.h"
#include "credentials/store/store.h"

namespace turnpike::credentials {

/// The message is the name of the table that was written.
inline constexpr std::string_view kRedisChannel = "turnpike/changes";

/// Connects at the first wait(). Where the server does not let us switch keyspace notifications on,
/// that is logged once, and foreign writes are not noticed. Null: out of file descriptors.
std::unique_ptr<ChangeFeed> open_redis_feed(RedisSettings settings);

/// Whether a key that somebody changed can matter to a reader of the store: not where
/// redis-statsdb, in Coturn or here, keeps the state of sessions in the same database.
bool matters_to_feed(std::string_view key);

/// Which flags to set so that `current` shows what the feed needs; empty: nothing is missing.
std::string missing_keyspace_flags(std::string_view current);

}  // namespace turnpike::credentials
