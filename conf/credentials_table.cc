#include "conf/credentials_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "conf/edit_distance.h"

namespace turnpike::conf {
namespace {

#define TURNPIKE_ROW(group, field, key, kind, initial, ...) \
  {CredentialsGroup::group, key, CredentialsKind::kind, __VA_ARGS__},
constexpr CredentialsRow kRows[] = {
#define ROOT_OPTION(...) TURNPIKE_ROW(kRoot, __VA_ARGS__)
#define RELAY_OPTION(...) TURNPIKE_ROW(kRelay, __VA_ARGS__)
#define KEY_OPTION(...) TURNPIKE_ROW(kApiKey, __VA_ARGS__)
#include "conf/credentials_options.def"
};
#undef TURNPIKE_ROW

constexpr CredentialsAlias kAliases[] = {
#define ALIAS(name, key) {name, key},
#include "conf/credentials_options.def"
};

template <class List>
std::string yaml_list(const List& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ", ") + yaml_text(value);
  return "[" + text + "]";
}

/// Nothing that YAML would read as something else than this text.
bool is_plain(std::string_view text) {
  constexpr std::string_view kWords[] = {"true", "false", "yes", "no", "on", "off", "null"};
  if (text.empty() || std::ranges::find(kWords, text) != std::end(kWords)) return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

std::string CredentialsRow::full_key() const {
  switch (group) {
    case CredentialsGroup::kRoot:
      return std::string(key);
    case CredentialsGroup::kRelay:
      return fmt::format("relays[].{}", key);
    case CredentialsGroup::kApiKey:
      return fmt::format("api_keys[].{}", key);
  }
  return {};
}

std::span<const CredentialsRow> credentials_rows() {
  return kRows;
}

std::span<const CredentialsAlias> credentials_aliases() {
  return kAliases;
}

const CredentialsRow* find_credentials_row(CredentialsGroup group, std::string_view key) {
  const auto* const found = std::ranges::find_if(
      kRows, [&](const CredentialsRow& row) { return row.group == group && row.key == key; });
  return found == std::end(kRows) ? nullptr : found;
}

bool is_credentials_mapping(std::string_view key) {
  return std::ranges::any_of(kRows, [&](const CredentialsRow& row) {
    return row.group == CredentialsGroup::kRoot && row.key.size() > key.size() &&
           row.key.starts_with(key) && row.key[key.size()] == '.';
  });
}

std::string nearest_credentials_key(std::string_view full_key) {
  constexpr std::size_t kLongestKey = 80;  // a longer word is no misspelt key
  if (full_key.empty() || full_key.size() > kLongestKey) return {};
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, full_key.size() / 3) + 1;
  const auto consider = [&](std::string_view candidate) {
    const std::size_t distance = edit_distance(full_key, candidate);
    if (distance >= best_distance) return;
    best = candidate;
    best_distance = distance;
  };
  for (const CredentialsRow& row : kRows) consider(row.full_key());
  for (const CredentialsAlias& alias : kAliases) consider(alias.name);
  consider("relays");
  consider("api_keys");
  return best;
}

std::string credentials_default(const CredentialsRow& row) {
  std::string text;
  const auto take = [&](const CredentialsRow& candidate, const auto& value) {
    if (&candidate != &row) return;
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Secret>) {
      text = value.empty() ? "\"\"" : yaml_text(std::string(value.reveal()));
    } else {
      text = yaml_text(value);
    }
  };
  visit_root(static_cast<const CredentialsConfig&>(CredentialsConfig{}), take);
  visit_relay(static_cast<const RelayEntry&>(RelayEntry{}), take);
  visit_api_key(static_cast<const ApiKeyEntry&>(ApiKeyEntry{}), take);
  return text;
}

std::string yaml_text(const std::string& value) {
  if (is_plain(value)) return value;
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"";
}

std::string yaml_text(const Secret& value) {
  return value.empty() ? "\"\"" : "(hidden)";
}

std::string yaml_text(const std::vector<std::string>& values) {
  return yaml_list(values);
}

std::string yaml_text(const std::vector<Secret>& values) {
  return yaml_list(values);
}

std::string yaml_text(bool value) {
  return value ? "true" : "false";
}

std::string yaml_text(std::uint64_t value) {
  return fmt::format("{}", value);
}

std::string yaml_text(std::uint16_t value) {
  return fmt::format("{}", value);
}

std::string yaml_text(seconds value) {
  return fmt::format("{}", value.count());
}

Origin CredentialsConfig::origin(const std::string& key) const {
  const auto found = lines.find(key);
  if (found == lines.end()) return {};
  return {.source = Origin::Source::kFile, .detail = file, .line = found->second};
}

}  // namespace turnpike::conf
