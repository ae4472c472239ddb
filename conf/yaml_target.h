// How the loader and the renderings reach the members of a service's configuration by their keys,
// without knowing its type. Made by the service's table; points into the configuration, which must
// outlive it.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <variant>
#include <vector>

#include "conf/yaml_table.h"

namespace turnpike::conf {

using YamlField =
    std::variant<std::string*, Secret*, std::vector<std::string>*, std::vector<Secret>*, bool*,
                 std::uint64_t*, seconds*, std::uint16_t*, std::vector<std::uint16_t>*>;

struct YamlMember {
  std::string_view key;
  YamlField field;
};
using YamlMembers = std::vector<YamlMember>;

/// The member of the row that has this key; the struct is called `of` there.
#define TURNPIKE_YAML_MEMBER(field, key, ...) {key, &of.field},

/// A list whose entries have keys.
struct YamlList {
  std::string_view name;
  std::vector<std::string_view> required;  // texts that no entry may be without
  std::function<std::size_t()> size;
  std::function<void()> add;  // an entry of defaults; what `members` gave before is void
  std::function<YamlMembers(std::size_t)> members;  // of the entry with this index
};

template <class Entry>
YamlList yaml_list_of(std::string_view name, std::vector<std::string_view> required,
                      std::vector<Entry>& entries, YamlMembers (*members)(Entry&)) {
  return {.name = name,
          .required = std::move(required),
          .size = [&entries] { return entries.size(); },
          .add = [&entries] { entries.emplace_back(); },
          .members = [&entries, members](std::size_t i) { return members(entries[i]); }};
}

struct YamlTarget {
  const YamlTable& table;
  YamlPlaces& places;
  YamlMembers members;  // of the file itself
  std::vector<YamlList> lists;
};

/// The field of a row, which must be among the members.
const YamlField& field_of(const YamlMembers& members, const YamlRow& row);

}  // namespace turnpike::conf
