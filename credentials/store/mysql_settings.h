// Coturn's connection string of `mysql-userdb`, "host=… dbname=… user=… password=…", as values, and
// its password in the form that `turnadmin -E` makes. Opens the key file and nothing else.
#pragma once

#include <cstdint>
#include <string>

#include "base/secret.h"
#include "credentials/store/store.h"

namespace turnpike::credentials {

/// Empty texts and zeroes are left to the library.
struct MysqlSettings {
  std::string host{};
  std::string socket{};  // `unix_socket`, which Coturn does not have
  std::string database{};
  std::string user{};
  Secret password{};
  std::uint16_t port = 0;
  std::uint32_t connect_timeout_s = 0;
  std::uint32_t read_timeout_s = 0;
  std::string ca{};
  std::string capath{};
  std::string cert{};
  std::string key{};
  std::string cipher{};
};

/// Fails for an unknown word, a number that is none, and a missing dbname. Errors name keys, never
/// values. With a `secret_key_file` (16 bytes) the password is base64 of AES-128-CTR with a zero
/// IV; see encrypted_password.h.
StoreResult<MysqlSettings> parse_mysql_settings(const Secret& text,
                                                const std::string& secret_key_file);

}  // namespace turnpike::credentials
