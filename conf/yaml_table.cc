#include "conf/yaml_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "conf/edit_distance.h"

namespace turnpike::conf {

std::string YamlRow::full_key() const {
  return list.empty() ? std::string(key) : fmt::format("{}[].{}", list, key);
}

bool YamlRow::has_default() const {
  return initial != "\"\"" && initial != "[]";
}

const YamlRow* YamlTable::find(std::string_view list, std::string_view key) const {
  const auto found = std::ranges::find_if(
      rows, [&](const YamlRow& row) { return row.list == list && row.key == key; });
  return found == rows.end() ? nullptr : &*found;
}

bool YamlTable::is_mapping(std::string_view key) const {
  return std::ranges::any_of(rows, [&](const YamlRow& row) {
    return row.list.empty() && row.key.size() > key.size() && row.key.starts_with(key) &&
           row.key[key.size()] == '.';
  });
}

std::string YamlTable::nearest(std::string_view full_key) const {
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
  for (const YamlRow& row : rows) consider(row.full_key());
  for (const YamlAlias& alias : aliases) consider(alias.name);
  for (const YamlRow& row : rows) {
    if (!row.list.empty()) consider(row.list);
  }
  return best;
}

}  // namespace turnpike::conf
