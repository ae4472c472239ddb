// What the keys of a YAML configuration hold, and where the values came from. Shared by the
// services; knows no key and no YAML.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
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

/// What a key of the kind holds.
template <YamlKind kind>
using YamlValue = std::tuple_element_t<static_cast<std::size_t>(kind),
                                       std::tuple<std::string,                   // kText
                                                  std::string,                   // kChoice
                                                  Secret,                        // kSecret
                                                  std::vector<std::string>,      // kTextList
                                                  std::vector<Secret>,           // kSecretList
                                                  bool,                          // kFlag
                                                  std::uint64_t,                 // kNumber
                                                  seconds,                       // kSeconds
                                                  std::uint16_t,                 // kPort
                                                  std::vector<std::uint16_t>>>;  // kPortList

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
