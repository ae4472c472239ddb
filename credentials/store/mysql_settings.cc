#include "credentials/store/mysql_settings.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>

#include "credentials/store/encrypted_password.h"

namespace turnpike::credentials {
namespace {

enum class Key : std::uint8_t {
  kHost,
  kSocket,
  kDatabase,
  kUser,
  kPassword,
  kPort,
  kConnectTimeout,
  kReadTimeout,
  kCa,
  kCapath,
  kCert,
  kKey,
  kCipher,
};

struct Spelling {
  std::string_view word;
  Key key;
};

/// The first of each key is the one to write.
constexpr std::array<Spelling, 31> kSpellings = {{
    {"host", Key::kHost},
    {"ip", Key::kHost},
    {"addr", Key::kHost},
    {"ipaddr", Key::kHost},
    {"hostaddr", Key::kHost},
    {"unix_socket", Key::kSocket},
    {"socket", Key::kSocket},
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
    {"port", Key::kPort},
    {"p", Key::kPort},
    {"connect_timeout", Key::kConnectTimeout},
    {"timeout", Key::kConnectTimeout},
    {"read_timeout", Key::kReadTimeout},
    {"ca", Key::kCa},
    {"ssl-ca", Key::kCa},
    {"capath", Key::kCapath},
    {"ssl-capath", Key::kCapath},
    {"cert", Key::kCert},
    {"ssl-cert", Key::kCert},
    {"key", Key::kKey},
    {"cipher", Key::kCipher},
}};

const Spelling* find_spelling(std::string_view word) {
  if (word == "ssl-key") word = "key";
  if (word == "ssl-cipher") word = "cipher";
  for (const Spelling& spelling : kSpellings) {
    if (spelling.word == word) return &spelling;
  }
  return nullptr;
}

tl::unexpected<StoreError> refused(std::string text) {
  return fail(StoreError{StoreFailure::kRefused, "MySQL connection string: " + std::move(text)});
}

template <class Number>
StoreResult<void> set_number(std::string_view key, std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return {};
  return refused(fmt::format("{} is not a number in its range", key));
}

StoreResult<void> set(MysqlSettings& settings, const Spelling& spelling, std::string_view value) {
  switch (spelling.key) {
    case Key::kHost:
      settings.host = value;
      break;
    case Key::kSocket:
      settings.socket = value;
      break;
    case Key::kDatabase:
      settings.database = value;
      break;
    case Key::kUser:
      settings.user = value;
      break;
    case Key::kPassword:
      settings.password = Secret(std::string(value));
      break;
    case Key::kPort:
      return set_number(spelling.word, value, settings.port);
    case Key::kConnectTimeout:
      return set_number(spelling.word, value, settings.connect_timeout_s);
    case Key::kReadTimeout:
      return set_number(spelling.word, value, settings.read_timeout_s);
    case Key::kCa:
      settings.ca = value;
      break;
    case Key::kCapath:
      settings.capath = value;
      break;
    case Key::kCert:
      settings.cert = value;
      break;
    case Key::kKey:
      settings.key = value;
      break;
    case Key::kCipher:
      settings.cipher = value;
      break;
  }
  return {};
}

}  // namespace

StoreResult<MysqlSettings> parse_mysql_settings(const Secret& text,
                                                const std::string& secret_key_file) {
  MysqlSettings settings;
  std::string_view rest = text.reveal();
  while (true) {
    const std::size_t start = rest.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) break;
    rest.remove_prefix(start);
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t\r\n"));
    rest.remove_prefix(word.size());
    const std::size_t equals = word.find('=');
    // Not quoted: it may be the second half of a password with a blank in it.
    if (equals == std::string_view::npos) {
      return refused("a word without \"=\" is in it; values cannot have blanks");
    }
    const Spelling* spelling = find_spelling(word.substr(0, equals));
    if (spelling == nullptr) {
      return refused(
          "an unknown key is in it; known are host, unix_socket, dbname, user, password, port, "
          "connect_timeout, read_timeout, ca, capath, cert, key and cipher");
    }
    if (auto done = set(settings, *spelling, word.substr(equals + 1)); !done) {
      return fail(done.error());
    }
  }
  if (settings.database.empty()) return refused("dbname is missing");
  if (!secret_key_file.empty()) {
    auto password = decrypt_password(settings.password.reveal(), secret_key_file);
    if (!password) return fail(password.error());
    settings.password = std::move(*password);
  }
  return settings;
}

}  // namespace turnpike::credentials
