#include "conf/load_credentials.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>

#include "base/log.h"
#include "conf/credentials_table.h"
#include "conf/yaml_value.h"

namespace turnpike::conf {
namespace {

constexpr int kMaxDepth = 8;

class Loader {
 public:
  Loader(CredentialsOutcome& outcome, const SecretSources& sources)
      : out_(outcome), sources_(sources) {}

  void load(const YAML::Node& root) {
    if (root.IsNull() || !root.IsDefined()) return;
    if (!root.IsMap()) {
      error(root, "the file must be a mapping: key: value");
      return;
    }
    load_mapping(root, "", 0);
  }

 private:
  Origin at(const YAML::Node& node) const {
    return {
        .source = Origin::Source::kFile, .detail = out_.config.file, .line = node.Mark().line + 1};
  }
  void error(const YAML::Node& node, std::string text) {
    out_.diagnostics.error(at(node), std::move(text));
  }

  void load_mapping(const YAML::Node& mapping, const std::string& prefix, int depth) {
    for (const auto& entry : mapping) {
      if (!entry.first.IsScalar()) {
        error(entry.first, "a key must be a word");
        continue;
      }
      load_root_entry(entry.first, entry.second, prefix + entry.first.Scalar(), depth);
    }
  }

  void load_root_entry(const YAML::Node& name, const YAML::Node& value, const std::string& key,
                       int depth) {
    if (key == "relays") return load_list(name, value, key, CredentialsGroup::kRelay);
    if (key == "api_keys") return load_list(name, value, key, CredentialsGroup::kApiKey);
    if (depth == 0 && load_alias(name, value, key)) return;
    if (find_credentials_row(CredentialsGroup::kRoot, key) != nullptr) {
      return load_value(name, value, key, false);
    }
    if (!is_credentials_mapping(key) || depth == kMaxDepth) return unknown(name, key);
    if (!value.IsMap()) return error(name, key + ": needs keys below it");
    load_mapping(value, key + ".", depth + 1);
  }

  bool load_alias(const YAML::Node& name, const YAML::Node& value, const std::string& key) {
    for (const CredentialsAlias& alias : credentials_aliases()) {
      if (alias.name != key) continue;
      if (alias.key == "relays[].host") {
        out_.config.relays.emplace_back();
        load_entry_value({name, value}, out_.config.relays.back(), CredentialsGroup::kRelay,
                         {fmt::format("relays[{}].", out_.config.relays.size() - 1), "host"});
      } else {
        load_value(name, value, std::string(alias.key), true);
      }
      return true;
    }
    return false;
  }

  void unknown(const YAML::Node& name, const std::string& key) {
    const std::string nearest = nearest_credentials_key(key);
    error(name, fmt::format("{}: there is no such key{}", log::log_safe(key),
                            nearest.empty() ? "" : fmt::format(", did you mean {}?", nearest)));
  }

  /// False, and an error, when the key was there before.
  bool note_line(const YAML::Node& name, const std::string& key) {
    const int line = name.Mark().line + 1;
    const auto [place, is_new] = out_.config.lines.emplace(key, line);
    if (!is_new) {
      error(name, fmt::format("{}: is given twice, first in line {}", key, place->second));
    }
    return is_new;
  }

  void load_value(const YAML::Node& name, const YAML::Node& value, const std::string& key,
                  bool split_commas) {
    if (!note_line(name, key)) return;
    visit_root(out_.config, [&](const CredentialsRow& row, auto& field) {
      if (row.key != key) return;
      const Assigned done = assign_yaml({row, value, sources_, split_commas}, field);
      if (!done) error(name, fmt::format("{}: {}", key, done.error()));
    });
  }

  void load_list(const YAML::Node& name, const YAML::Node& value, const std::string& key,
                 CredentialsGroup group) {
    if (!note_line(name, key)) return;
    if (!value.IsSequence()) return error(name, key + ": needs a list, each entry with its keys");
    for (const YAML::Node& entry : value) {
      if (!entry.IsMap()) {
        error(entry, key + ": each entry needs keys and values");
        continue;
      }
      load_entry(entry, group);
    }
  }

  void load_entry(const YAML::Node& entry, CredentialsGroup group) {
    if (group == CredentialsGroup::kRelay) {
      const std::string prefix = fmt::format("relays[{}].", out_.config.relays.size());
      load_fields(entry, out_.config.relays.emplace_back(), group, prefix);
      require(entry, out_.config.relays.back().host, "relays: an entry has no host");
      return;
    }
    const std::string prefix = fmt::format("api_keys[{}].", out_.config.api_keys.size());
    load_fields(entry, out_.config.api_keys.emplace_back(), group, prefix);
    require(entry, out_.config.api_keys.back().id, "api_keys: an entry has no id");
    const ApiKeyEntry& made = out_.config.api_keys.back();
    require(entry, made.hash.empty() ? made.certificate : made.hash,
            "api_keys: an entry has neither a hash, which turnpike-credentials --make-api-key "
            "makes, nor a certificate");
  }

  void require(const YAML::Node& entry, const std::string& value, const char* text) {
    if (value.empty()) error(entry, text);
  }

  struct Named {
    const YAML::Node& name;
    const YAML::Node& value;
  };
  struct Key {
    std::string prefix;  // "relays[0]."
    std::string name;
  };

  template <class Entry>
  void load_fields(const YAML::Node& mapping, Entry& entry, CredentialsGroup group,
                   const std::string& prefix) {
    for (const auto& field : mapping) {
      const std::string name = field.first.IsScalar() ? field.first.Scalar() : "";
      load_entry_value({field.first, field.second}, entry, group, {prefix, name});
    }
  }

  template <class Entry>
  void load_entry_value(const Named& node, Entry& entry, CredentialsGroup group, const Key& key) {
    const std::string full = key.prefix + key.name;
    if (find_credentials_row(group, key.name) == nullptr) {
      const std::string list = group == CredentialsGroup::kRelay ? "relays[]." : "api_keys[].";
      return unknown(node.name, list + key.name);
    }
    if (!note_line(node.name, full)) return;
    const auto take = [&](const CredentialsRow& row, auto& value) {
      if (row.key != key.name) return;
      const Assigned done = assign_yaml({row, node.value, sources_}, value);
      if (!done) error(node.name, fmt::format("{}: {}", full, done.error()));
    };
    if constexpr (std::is_same_v<Entry, RelayEntry>) {
      visit_relay(entry, take);
    } else {
      visit_api_key(entry, take);
    }
  }

  CredentialsOutcome& out_;
  const SecretSources& sources_;
};

}  // namespace

CredentialsOutcome load_credentials_text(std::string_view text, const std::string& file_name,
                                         const SecretSources& sources) {
  CredentialsOutcome outcome;
  outcome.config.file = file_name;
  try {
    Loader(outcome, sources).load(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& wrong) {
    outcome.diagnostics.error({.source = Origin::Source::kFile,
                               .detail = file_name,
                               .line = wrong.mark.is_null() ? 1 : wrong.mark.line + 1},
                              fmt::format("this is no YAML: {}", log::log_safe(wrong.msg)));
  }
  return outcome;
}

CredentialsOutcome load_credentials_file(const std::string& path, const SecretSources& sources) {
  const auto text = sources.files.read(path);
  if (text) return load_credentials_text(*text, path, sources);
  CredentialsOutcome outcome;
  outcome.config.file = path;
  outcome.diagnostics.error(
      {}, fmt::format("{} cannot be read: does it exist, and may this user read it?", path));
  return outcome;
}

std::optional<std::string> read_environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

}  // namespace turnpike::conf
