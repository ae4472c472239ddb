#include "conf/yaml_target.h"

#include <algorithm>

#include "base/check.h"

namespace turnpike::conf {

const YamlField& field_of(const YamlMembers& members, const YamlRow& row) {
  const auto found = std::ranges::find(members, row.key, &YamlMember::key);
  CHECK(found != members.end());
  return found->field;
}

}  // namespace turnpike::conf
