// The configuration of turnpike-credentials: one typed field per row of credentials_options.def,
// with its default, and the lines of the file that values came from. A plain value; what it means
// together is checked by credentials/server.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "conf/turnserver_config.h"

namespace turnpike::conf {

enum class CredentialsKind : std::uint8_t {
  kText,
  kChoice,
  kSecret,
  kTextList,
  kSecretList,
  kFlag,
  kNumber,
  kSeconds,
  kPort,
};

template <CredentialsKind kind>
struct CredentialsKindTraits {
  using Value = std::string;  // kText, kChoice
};
template <>
struct CredentialsKindTraits<CredentialsKind::kSecret> {
  using Value = Secret;
};
template <>
struct CredentialsKindTraits<CredentialsKind::kTextList> {
  using Value = std::vector<std::string>;
};
template <>
struct CredentialsKindTraits<CredentialsKind::kSecretList> {
  using Value = std::vector<Secret>;
};
template <>
struct CredentialsKindTraits<CredentialsKind::kFlag> {
  using Value = bool;
};
template <>
struct CredentialsKindTraits<CredentialsKind::kNumber> {
  using Value = std::uint64_t;
};
template <>
struct CredentialsKindTraits<CredentialsKind::kSeconds> {
  using Value = seconds;
};
template <>
struct CredentialsKindTraits<CredentialsKind::kPort> {
  using Value = std::uint16_t;
};

#define TURNPIKE_FIELD(field, key, kind, initial, ...) \
  CredentialsKindTraits<CredentialsKind::kind>::Value field = initial;

struct RelayEntry {
#define RELAY_OPTION(...) TURNPIKE_FIELD(__VA_ARGS__)
#include "conf/credentials_options.def"
};

struct ApiKeyEntry {
#define KEY_OPTION(...) TURNPIKE_FIELD(__VA_ARGS__)
#include "conf/credentials_options.def"
};

struct CredentialsConfig {
#define ROOT_OPTION(...) TURNPIKE_FIELD(__VA_ARGS__)
#include "conf/credentials_options.def"

  std::vector<RelayEntry> relays;
  std::vector<ApiKeyEntry> api_keys;

  std::string file;                  // empty: no file was read
  std::map<std::string, int> lines;  // "tls.key", "relays[0].host" -> line, from 1

  /// Of the key's value in the file; the default when it is not there.
  Origin origin(const std::string& key) const;
};

#undef TURNPIKE_FIELD

}  // namespace turnpike::conf
