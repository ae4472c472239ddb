// Values as YAML, for samples, documents and --dump-config.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"

namespace turnpike::conf {

/// A value as YAML; secrets as "(hidden)", or empty when they are.
std::string yaml_text(const std::string& value);
std::string yaml_text(const Secret& value);
std::string yaml_text(const std::vector<std::string>& values);
std::string yaml_text(const std::vector<Secret>& values);
std::string yaml_text(const std::vector<std::uint16_t>& values);
std::string yaml_text(bool value);
std::string yaml_text(std::uint64_t value);
std::string yaml_text(std::uint16_t value);
std::string yaml_text(seconds value);

/// The default of a table, which is not hidden.
template <class Value>
std::string yaml_default_text(const Value& value) {
  return yaml_text(value);
}
inline std::string yaml_default_text(const Secret& value) {
  return yaml_text(std::string(value.reveal()));
}

}  // namespace turnpike::conf
