#include "credentials/store/redis_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace turnpike::credentials {
namespace {

enum class Key : std::uint8_t {
  kHost,
  kPort,
  kDatabase,
  kUser,
  kPassword,
  kTimeout,
  kSocket,
  kTls,
  kTlsFile
};

struct Alias {
  std::string_view name;
  Key key{};
};

constexpr auto kAliases = std::to_array<Alias>({
    {"host", Key::kHost},
    {"ip", Key::kHost},
    {"addr", Key::kHost},
    {"ipaddr", Key::kHost},
    {"hostaddr", Key::kHost},
    {"port", Key::kPort},
    {"p", Key::kPort},
    {"dbname", Key::kDatabase},
    {"db", Key::kDatabase},
    {"database", Key::kDatabase},
    {"user", Key::kUser},
    {"uname", Key::kUser},
    {"name", Key::kUser},
    {"username", Key::kUser},
    {"password", Key::kPassword},
    {"pwd", Key::kPassword},
    {"passwd", Key::kPassword},
    {"secret", Key::kPassword},
    {"connect_timeout", Key::kTimeout},
    {"timeout", Key::kTimeout},
    {"socket", Key::kSocket},
    {"tls", Key::kTls},
    {"ssl", Key::kTls},
    {"tls-ca", Key::kTlsFile},
    {"ca", Key::kTlsFile},
    {"cacert", Key::kTlsFile},
    {"tls-capath", Key::kTlsFile},
    {"capath", Key::kTlsFile},
    {"tls-cert", Key::kTlsFile},
    {"cert", Key::kTlsFile},
    {"tls-key", Key::kTlsFile},
    {"clientkey", Key::kTlsFile},
    {"tls-sni", Key::kTlsFile},
    {"sni", Key::kTlsFile},
    {"servername", Key::kTlsFile},
    {"tls-verify", Key::kTlsFile},
    {"verify", Key::kTlsFile},
});

StoreError refused(std::string text) {
  return {StoreFailure::kRefused, "redis connection string: " + std::move(text)};
}

std::optional<std::uint32_t> number(std::string_view text, std::uint32_t max) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > max) return std::nullopt;
  return value;
}

bool says_no(std::string_view value) {
  return value == "0" || value == "no" || value == "off" || value == "false" || value == "none";
}

StoreError no_tls(std::string_view name) {
  return refused(fmt::format(
      "'{}' asks for TLS, which this build's Redis library does not have; put stunnel or another "
      "TLS proxy in front and name its address, or its Unix socket with socket=<path>",
      name));
}

StoreResult<void> take(RedisSettings& settings, std::string_view name, Key key,
                       std::string_view value) {
  constexpr std::uint32_t kMaxPort = 65535, kMaxTimeoutS = 3600, kMaxDatabase = 1'000'000;
  const auto not_a_number = [&](std::uint32_t max) {
    return fail(refused(fmt::format("'{}' must be a number up to {}", name, max)));
  };
  switch (key) {
    case Key::kHost:
      settings.host = value;
      break;
    case Key::kPort:
      if (const auto port = number(value, kMaxPort); port && *port > 0) {
        settings.port = static_cast<std::uint16_t>(*port);
        break;
      }
      return not_a_number(kMaxPort);
    case Key::kDatabase:
      if (!number(value, kMaxDatabase)) return not_a_number(kMaxDatabase);
      settings.database = value;
      break;
    case Key::kUser:
      settings.user = value;
      break;
    case Key::kPassword:
      settings.password = Secret(std::string(value));
      break;
    case Key::kTimeout:
      if (const auto timeout = number(value, kMaxTimeoutS); timeout && *timeout > 0) {
        settings.timeout = seconds(*timeout);
        break;
      }
      return not_a_number(kMaxTimeoutS);
    case Key::kSocket:
      settings.socket = value;
      break;
    case Key::kTls:
      if (!says_no(value)) return fail(no_tls(name));
      break;
    case Key::kTlsFile:
      break;  // means nothing where tls is off, as in Coturn
  }
  return {};
}

}  // namespace

StoreResult<RedisSettings> parse_redis_settings(std::string_view text,
                                                milliseconds default_timeout) {
  RedisSettings settings;
  settings.timeout = default_timeout;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find_first_of(" \t"));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const auto* const alias = std::find_if(kAliases.begin(), kAliases.end(),
                                           [name](const Alias& a) { return a.name == name; });
    if (equals == std::string_view::npos && alias != kAliases.end() && alias->key == Key::kTls) {
      return fail(no_tls(name));
    }
    if (equals == std::string_view::npos) {
      // The word is not shown: it may be the second half of a password with a space.
      return fail(refused("a word without '='; values cannot hold spaces"));
    }
    if (alias == kAliases.end()) {
      return fail(
          refused(fmt::format("unknown key '{}'; use host, port, dbname, user, password, "
                              "connect_timeout or socket",
                              name)));
    }
    if (auto taken = take(settings, name, alias->key, word.substr(equals + 1)); !taken) {
      return fail(taken.error());
    }
  }
  return settings;
}

std::string redis_address(const RedisSettings& settings) {
  if (!settings.socket.empty()) return settings.socket;
  return fmt::format("{}:{}", settings.host, settings.port);
}

}  // namespace turnpike::credentials
