// Where a Redis server is and how to log in: a URL, or Coturn's words. Connects to nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace turnpike::cobrowse {

struct RedisAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string socket{};  // path of a Unix socket; wins over host and port
  std::string user{};    // of Redis' ACL; empty: the default user
  Secret password{};
  unsigned database = 0;
};

/// "redis://user:password@host:6379/0", "unix:///run/redis.sock", or
/// "ip=10.0.0.1 port=6379 dbname=0 password=…". TLS is refused: Debian's hiredis has none. No error
/// has a value of the login in it.
Result<RedisAddress, std::string> parse_redis_address(std::string_view text);

/// "10.0.0.1:6379" or the socket's path, for logs.
std::string redis_place(const RedisAddress& address);

}  // namespace turnpike::cobrowse
