#include "conf/yaml_kind.h"

namespace turnpike::conf {

Origin YamlPlaces::origin(const std::string& key) const {
  const auto found = lines.find(key);
  if (found == lines.end()) return {};
  return {.source = Origin::Source::kFile, .detail = file, .line = found->second};
}

}  // namespace turnpike::conf
