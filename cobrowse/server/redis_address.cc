#include "cobrowse/server/redis_address.h"

#include <fmt/format.h>

#include <boost/url/parse.hpp>
#include <charconv>
#include <optional>

namespace turnpike::cobrowse {
namespace {

constexpr unsigned kMaxPort = 65535;
constexpr unsigned kMaxDatabase = 1'000'000;

std::optional<unsigned> number(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

std::optional<std::string> take_port(RedisAddress& address, std::string_view text) {
  const auto port = number(text, kMaxPort);
  if (!port || *port == 0) return "the port must be a number up to 65535";
  address.port = static_cast<std::uint16_t>(*port);
  return std::nullopt;
}

std::optional<std::string> take_database(RedisAddress& address, std::string_view text) {
  const auto database = number(text, kMaxDatabase);
  if (!database) return "the database must be a number";
  address.database = *database;
  return std::nullopt;
}

Result<RedisAddress, std::string> parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) return fail(std::string("is no URL; write %40 for an @ of the password"));
  const auto& url = *parsed;
  const std::string scheme(url.scheme().data(), url.scheme().size());
  if (scheme == "rediss") {
    return fail(
        std::string("TLS is not there: Debian's Redis library has none. Put stunnel in "
                    "front, and name its address"));
  }
  if (scheme != "redis" && scheme != "unix") return fail(std::string("begins with no redis://"));
  RedisAddress address;
  address.user = url.user();
  address.password = Secret(url.password());
  std::optional<std::string> wrong;
  if (scheme == "unix") {
    address.socket = url.path();
    if (address.socket.empty()) return fail(std::string("names no socket"));
    return address;
  }
  address.host = url.host_address();
  if (address.host.empty()) return fail(std::string("names no host"));
  const std::string port(url.port().data(), url.port().size());
  if (!port.empty()) wrong = take_port(address, port);
  const std::string path = url.path();
  if (!wrong && path.size() > 1) wrong = take_database(address, std::string_view(path).substr(1));
  if (wrong) return fail(*wrong);
  return address;
}

std::optional<std::string> take_word(RedisAddress& address, std::string_view name,
                                     std::string_view value) {
  if (name == "ip" || name == "host" || name == "hostaddr") {
    address.host = value;
  } else if (name == "port") {
    return take_port(address, value);
  } else if (name == "dbname" || name == "db") {
    return take_database(address, value);
  } else if (name == "user") {
    address.user = value;
  } else if (name == "password") {
    address.password = Secret(std::string(value));
  } else if (name == "socket") {
    address.socket = value;
  } else if (name != "connect_timeout") {
    return "knows ip, port, dbname, user, password and socket";
  }
  return std::nullopt;
}

}  // namespace

Result<RedisAddress, std::string> parse_redis_address(std::string_view text) {
  if (text.find("://") != std::string_view::npos) return parse_url(text);
  RedisAddress address;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) {
      return fail(std::string("has a word without =; values have no spaces in them"));
    }
    const auto wrong = take_word(address, word.substr(0, equals), word.substr(equals + 1));
    if (wrong) return fail(*wrong);
  }
  return address;
}

std::string redis_place(const RedisAddress& address) {
  if (!address.socket.empty()) return address.socket;
  return fmt::format("{}:{}", address.host, address.port);
}

}  // namespace turnpike::cobrowse
