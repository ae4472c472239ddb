// One YAML node to one typed value, with the row's limits. The error is a sentence without the
// key, and without the value where that is a secret.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

#include "base/result.h"
#include "conf/load_yaml.h"
#include "conf/yaml_target.h"

namespace turnpike::conf {

using Assigned = Result<void, std::string>;

struct YamlSource {
  const YamlRow& row;
  const YAML::Node& node;
  const SecretSources& secrets;
  bool split_commas = false;  // a list in one text, as in Java properties
};

Assigned assign_yaml(const YamlSource& from, std::string& value);
Assigned assign_yaml(const YamlSource& from, Secret& value);
Assigned assign_yaml(const YamlSource& from, std::vector<std::string>& values);
Assigned assign_yaml(const YamlSource& from, std::vector<Secret>& values);
Assigned assign_yaml(const YamlSource& from, bool& value);
Assigned assign_yaml(const YamlSource& from, std::uint64_t& value);
Assigned assign_yaml(const YamlSource& from, std::uint16_t& value);
Assigned assign_yaml(const YamlSource& from, std::vector<std::uint16_t>& values);
Assigned assign_yaml(const YamlSource& from, seconds& value);
/// The one of these that the field is for.
Assigned assign_yaml(const YamlSource& from, const YamlField& field);

}  // namespace turnpike::conf
