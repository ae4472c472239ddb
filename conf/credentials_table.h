// The rows of credentials_options.def as data, and the values that belong to them. Parses nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "conf/credentials_config.h"

namespace turnpike::conf {

enum class CredentialsGroup : std::uint8_t { kRoot, kRelay, kApiKey };

struct CredentialsRow {
  CredentialsGroup group{};
  std::string_view key;  // within its group: "tls.key", "host"
  CredentialsKind kind{};
  std::string_view example;
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  std::string_view help;

  /// As it is called in errors and documents: "tls.key", "relays[].host".
  std::string full_key() const;
};

struct CredentialsAlias {
  std::string_view name;
  std::string_view key;  // a full key
};

/// In the order of the table; the rows of one group are not all together.
std::span<const CredentialsRow> credentials_rows();
std::span<const CredentialsAlias> credentials_aliases();

const CredentialsRow* find_credentials_row(CredentialsGroup group, std::string_view key);
/// Is there a row below this mapping? "tls" -> true
bool is_credentials_mapping(std::string_view key);
/// The full key or alias with the smallest edit distance, when one is near enough to be meant.
std::string nearest_credentials_key(std::string_view full_key);

/// The value of a default, as the sample shows it; a list as YAML. Never a secret that was set.
std::string credentials_default(const CredentialsRow& row);

/// Calls f(row, value) for every field of the struct.
template <class Config, class F>
void visit_root(Config& config, F&& f) {
#define ROOT_OPTION(field, key, ...) \
  f(*find_credentials_row(CredentialsGroup::kRoot, key), config.field);
#include "conf/credentials_options.def"
}
template <class Entry, class F>
void visit_relay(Entry& entry, F&& f) {
#define RELAY_OPTION(field, key, ...) \
  f(*find_credentials_row(CredentialsGroup::kRelay, key), entry.field);
#include "conf/credentials_options.def"
}
template <class Entry, class F>
void visit_api_key(Entry& entry, F&& f) {
#define KEY_OPTION(field, key, ...) \
  f(*find_credentials_row(CredentialsGroup::kApiKey, key), entry.field);
#include "conf/credentials_options.def"
}

/// A value as YAML; secrets as "(hidden)", or empty when they are.
std::string yaml_text(const std::string& value);
std::string yaml_text(const Secret& value);
std::string yaml_text(const std::vector<std::string>& values);
std::string yaml_text(const std::vector<Secret>& values);
std::string yaml_text(bool value);
std::string yaml_text(std::uint64_t value);
std::string yaml_text(std::uint16_t value);
std::string yaml_text(seconds value);

}  // namespace turnpike::conf
