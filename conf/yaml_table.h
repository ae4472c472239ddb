// The rows of a service's .def table as data: which keys its YAML file may have, and which of them
// a misspelt one may have meant. Parses nothing and holds no values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conf/yaml_kind.h"
#include "conf/yaml_text.h"

namespace turnpike::conf {

struct YamlRow {
  std::string_view list;  // whose entries have the key: "relays"; empty: the file itself
  std::string_view key;   // within its list: "tls.key", "host"
  YamlKind kind{};
  std::string initial;  // the default as YAML; secrets too, because a default is none
  std::string_view example;
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  std::string_view help;

  /// As it is called in errors and documents: "tls.key", "relays[].host".
  std::string full_key() const;
  /// Not "" and not []: those stand for nothing.
  bool has_default() const;
};

/// A row of a .def table as a YamlRow.
#define TURNPIKE_YAML_ROW(list, field, key, kind, initial, ...)                       \
  YamlRow{list, key, YamlKind::kind,                                                  \
          yaml_default_text([]() -> YamlValue<YamlKind::kind> { return initial; }()), \
          __VA_ARGS__},

struct YamlAlias {
  std::string_view name;
  std::string_view key;  // a full key
};

struct YamlTable {
  std::vector<YamlRow> rows;  // in the order of the .def file
  std::vector<YamlAlias> aliases;

  /// Null where there is none. `list` is empty for the keys of the file itself.
  const YamlRow* find(std::string_view list, std::string_view key) const;
  /// Is there a row below this mapping? "tls" -> true
  bool is_mapping(std::string_view key) const;
  /// The full key, alias or list with the smallest edit distance; empty when none is near enough to
  /// be meant.
  std::string nearest(std::string_view full_key) const;
};

}  // namespace turnpike::conf
