// What the keys of a YAML configuration hold, and where the values came from. Shared by the
// services; knows no key and no YAML.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "conf/turnserver_config.h"

namespace turnpike::conf {

enum class YamlKind : std::uint8_t {
  kText,
  kChoice,
  kSecret,
  kTextList,
  kSecretList,
  kFlag,
  kNumber,
  kSeconds,
  kPort,
  kPortList,
};

template <YamlKind kind>
struct YamlKindTraits {
  using Value = std::string;  // kText, kChoice
};
template <>
struct YamlKindTraits<YamlKind::kSecret> {
  using Value = Secret;
};
template <>
struct YamlKindTraits<YamlKind::kTextList> {
  using Value = std::vector<std::string>;
};
template <>
struct YamlKindTraits<YamlKind::kSecretList> {
  using Value = std::vector<Secret>;
};
template <>
struct YamlKindTraits<YamlKind::kFlag> {
  using Value = bool;
};
template <>
struct YamlKindTraits<YamlKind::kNumber> {
  using Value = std::uint64_t;
};
template <>
struct YamlKindTraits<YamlKind::kSeconds> {
  using Value = seconds;
};
template <>
struct YamlKindTraits<YamlKind::kPort> {
  using Value = std::uint16_t;
};
template <>
struct YamlKindTraits<YamlKind::kPortList> {
  using Value = std::vector<std::uint16_t>;
};

template <YamlKind kind>
using YamlValue = YamlKindTraits<kind>::Value;

/// The member of a configuration that belongs to a row of its .def table.
#define TURNPIKE_YAML_FIELD(field, key, kind, initial, ...) \
  YamlValue<YamlKind::kind> field = initial;

/// Which values the file has, and in which lines.
struct YamlPlaces {
  std::string file;                  // empty: no file was read
  std::map<std::string, int> lines;  // "tls.key", "relays[0]", "relays[0].host" -> line, from 1

  /// Of the key's value in the file; the default when it is not there.
  Origin origin(const std::string& key) const;
};

}  // namespace turnpike::conf
