#include "conf/load_yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>

#include "base/log.h"
#include "conf/yaml_value.h"

namespace turnpike::conf {
namespace {

constexpr int kMaxDepth = 8;
constexpr std::string_view kOfEntries = "[].";

class Loader {
 public:
  Loader(const YamlTarget& target, const SecretSources& sources, Diagnostics& diagnostics)
      : target_(target), sources_(sources), diagnostics_(diagnostics) {}

  void load(const YAML::Node& root) {
    if (root.IsNull() || !root.IsDefined()) return;
    if (!root.IsMap()) {
      error(root, "the file must be a mapping: key: value");
      return;
    }
    load_mapping(root, "", 0);
  }

 private:
  /// A key that stands in the file, and what stands behind it.
  struct Setting {
    const YAML::Node& name;
    const YAML::Node& value;
    std::string key;  // "tls.key", "relays[0].host"
  };

  void error(const YAML::Node& node, std::string text) {
    diagnostics_.error({.source = Origin::Source::kFile,
                        .detail = target_.places.file,
                        .line = node.Mark().line + 1},
                       std::move(text));
  }

  void load_mapping(const YAML::Node& mapping, const std::string& prefix, int depth) {
    for (const auto& entry : mapping) {
      if (!entry.first.IsScalar()) {
        error(entry.first, "a key must be a word");
        continue;
      }
      load_root_entry({entry.first, entry.second, prefix + entry.first.Scalar()}, depth);
    }
  }

  void load_root_entry(const Setting& setting, int depth) {
    const std::string& key = setting.key;
    if (const YamlList* const list = list_called(key)) return load_list(setting, *list);
    if (depth == 0 && load_alias(setting)) return;
    if (const YamlRow* const row = target_.table.find("", key)) {
      return take(setting, *row, target_.members);
    }
    if (!target_.table.is_mapping(key) || depth == kMaxDepth) return unknown(setting.name, key);
    if (!setting.value.IsMap()) return error(setting.name, key + ": needs keys below it");
    load_mapping(setting.value, key + ".", depth + 1);
  }

  const YamlList* list_called(std::string_view name) const {
    const auto found = std::ranges::find(target_.lists, name, &YamlList::name);
    return found == target_.lists.end() ? nullptr : &*found;
  }

  bool load_alias(const Setting& setting) {
    const auto& aliases = target_.table.aliases;
    const auto alias = std::ranges::find(aliases, setting.key, &YamlAlias::name);
    if (alias == aliases.end()) return false;
    const std::size_t dot = alias->key.find(kOfEntries);
    if (dot == std::string_view::npos) {
      take({setting.name, setting.value, std::string(alias->key)},
           *target_.table.find("", alias->key), target_.members, true);
      return true;
    }
    const YamlList& list = *list_called(alias->key.substr(0, dot));
    list.add();
    load_entry_value(setting, list, alias->key.substr(dot + kOfEntries.size()));
    return true;
  }

  void unknown(const YAML::Node& name, const std::string& key) {
    const std::string nearest = target_.table.nearest(key);
    error(name, fmt::format("{}: there is no such key{}", log::log_safe(key),
                            nearest.empty() ? "" : fmt::format(", did you mean {}?", nearest)));
  }

  /// False, and an error, when the key was there before.
  bool note_line(const YAML::Node& name, const std::string& key) {
    const int line = name.Mark().line + 1;
    const auto [place, is_new] = target_.places.lines.emplace(key, line);
    if (!is_new) {
      error(name, fmt::format("{}: is given twice, first in line {}", key, place->second));
    }
    return is_new;
  }

  void take(const Setting& setting, const YamlRow& row, const YamlMembers& members,
            bool split_commas = false) {
    if (!note_line(setting.name, setting.key)) return;
    const Assigned done =
        assign_yaml({row, setting.value, sources_, split_commas}, field_of(members, row));
    if (!done) error(setting.name, fmt::format("{}: {}", setting.key, done.error()));
  }

  void load_list(const Setting& setting, const YamlList& list) {
    if (!note_line(setting.name, setting.key)) return;
    if (!setting.value.IsSequence()) {
      return error(setting.name, setting.key + ": needs a list, each entry with its keys");
    }
    for (const YAML::Node& entry : setting.value) {
      if (entry.IsMap()) {
        load_entry(entry, list);
      } else {
        error(entry, setting.key + ": each entry needs keys and values");
      }
    }
  }

  void load_entry(const YAML::Node& entry, const YamlList& list) {
    list.add();
    note_line(entry, entry_name(list));
    for (const auto& field : entry) {
      const std::string name = field.first.IsScalar() ? field.first.Scalar() : "";
      load_entry_value({field.first, field.second, {}}, list, name);
    }
    const YamlMembers members = list.members(list.size() - 1);
    for (const std::string_view key : list.required) {
      const YamlField& field = field_of(members, *target_.table.find(list.name, key));
      if (std::get<std::string*>(field)->empty()) {
        error(entry, fmt::format("{}: an entry has no {}", list.name, key));
      }
    }
  }

  /// "relays[0]" of the newest entry
  static std::string entry_name(const YamlList& list) {
    return fmt::format("{}[{}]", list.name, list.size() - 1);
  }

  void load_entry_value(const Setting& setting, const YamlList& list, std::string_view key) {
    const YamlRow* const row = target_.table.find(list.name, key);
    if (row == nullptr) {
      return unknown(setting.name, fmt::format("{}{}{}", list.name, kOfEntries, key));
    }
    take({setting.name, setting.value, fmt::format("{}.{}", entry_name(list), key)}, *row,
         list.members(list.size() - 1));
  }

  const YamlTarget& target_;
  const SecretSources& sources_;
  Diagnostics& diagnostics_;
};

}  // namespace

bool load_yaml_text(const YamlText& from, const SecretSources& sources, const YamlTarget& target,
                    Diagnostics& diagnostics) {
  target.places.file = from.file_name;
  try {
    Loader(target, sources, diagnostics).load(YAML::Load(std::string(from.text)));
  } catch (const YAML::Exception& wrong) {
    diagnostics.error({.source = Origin::Source::kFile,
                       .detail = from.file_name,
                       .line = wrong.mark.is_null() ? 1 : wrong.mark.line + 1},
                      fmt::format("this is no YAML: {}", log::log_safe(wrong.msg)));
    return false;
  }
  return true;
}

bool load_yaml_file(const std::string& path, const SecretSources& sources, const YamlTarget& target,
                    Diagnostics& diagnostics) {
  const auto text = sources.files.read(path);
  if (text) return load_yaml_text({*text, path}, sources, target, diagnostics);
  target.places.file = path;
  diagnostics.error(
      {}, fmt::format("{} cannot be read: does it exist, and may this user read it?", path));
  return false;
}

std::optional<std::string> read_environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

}  // namespace turnpike::conf
