// One YAML node to one typed value, with the row's limits. The error is a sentence without the
// key, and without the value where that is a secret.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

#include "base/result.h"
#include "conf/credentials_table.h"
#include "conf/load_credentials.h"

namespace turnpike::conf {

using Assigned = Result<void, std::string>;

struct YamlSource {
  const CredentialsRow& row;
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
Assigned assign_yaml(const YamlSource& from, seconds& value);

}  // namespace turnpike::conf
