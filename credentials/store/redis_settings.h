// A Redis connection string in Coturn's words: space-separated `key=value`. Says where the server
// is and how to log in; connects to nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "credentials/store/store.h"

namespace turnpike::credentials {

struct RedisSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string socket;    // path of a Unix socket, ours (`socket=`); wins over host and port
  std::string database;  // a number, as text; empty: the server's default
  std::string user;      // Redis 6 ACL; empty: the default user
  Secret password;
  milliseconds timeout{5000};  // for connecting and for each call
};

/// Every name of a key that Coturn knows, and `socket`. Unknown keys and bad numbers are kRefused,
/// and so is TLS, which Debian's hiredis leaves out. The text never shows a value of the login.
StoreResult<RedisSettings> parse_redis_settings(std::string_view text,
                                                milliseconds default_timeout);

/// "127.0.0.1:6379" or the path of the socket: for error texts.
std::string redis_address(const RedisSettings& settings);

}  // namespace turnpike::credentials
