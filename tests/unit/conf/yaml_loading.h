// For tests of YAML configurations: files and an environment that exist only here, what the loader
// said as text, and what every service's table and sample must be.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "conf/load_yaml.h"

namespace turnpike::conf {

class MapReader final : public FileReader {
 public:
  explicit MapReader(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  Result<std::string, ReadError> read(const std::string& path) override {
    const auto found = files_.find(path);
    if (found == files_.end()) return fail(ReadError::kNotFound);
    return found->second;
  }

 private:
  std::map<std::string, std::string> files_;
};

/// Its only variable is TURN_SECRET.
inline SecretSources secrets_of(MapReader& files) {
  return {files, [](const std::string& name) -> std::optional<std::string> {
            if (name != "TURN_SECRET") return std::nullopt;
            return "from-the-environment";
          }};
}

/// Every diagnostic, one per line.
inline std::string complaints(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.all()) text += diagnostic.to_string() + "\n";
  return text;
}
template <class Config>
std::string complaints(const YamlOutcome<Config>& outcome) {
  return complaints(outcome.diagnostics);
}

/// Every key once, with a help, a range and an example; every other name for a key that is there.
inline void expect_sound(const YamlTable& table) {
  std::set<std::string> seen;
  for (const YamlRow& row : table.rows) {
    EXPECT_TRUE(seen.insert(row.full_key()).second) << row.full_key();
    EXPECT_TRUE(row.help.ends_with('.')) << row.full_key();
    EXPECT_LE(row.min, row.max) << row.full_key();
    EXPECT_FALSE(row.example.empty()) << row.full_key();
  }
  for (const YamlAlias& alias : table.aliases) {
    EXPECT_TRUE(seen.contains(std::string(alias.key))) << alias.name;
  }
}

/// Every row of the table has a member, in the file or in the entries of its list.
inline void expect_bound(const YamlTarget& target) {
  for (const YamlList& list : target.lists) list.add();
  for (const YamlRow& row : target.table.rows) {
    const auto list = std::ranges::find(target.lists, row.list, &YamlList::name);
    const YamlMembers members = list == target.lists.end() ? target.members : list->members(0);
    EXPECT_EQ(std::ranges::count(members, row.key, &YamlMember::key), 1) << row.full_key();
  }
}

/// The sample with every key put into force.
inline std::string uncommented(const std::string& sample) {
  std::string text;
  std::size_t at = sample.find("\n\n");
  while (at < sample.size()) {
    const std::size_t end = sample.find('\n', at);
    std::string line = sample.substr(at, end - at);
    if (line.starts_with('#')) line.erase(0, 1);
    text += line + "\n";
    at = end + 1;
  }
  return text;
}

/// The places of an uncommented sample have a line for every row, in the first entry of a list.
inline void expect_all_given(const YamlTable& table, const YamlPlaces& places) {
  for (const YamlRow& row : table.rows) {
    std::string key = row.full_key();
    if (const std::size_t list = key.find("[]"); list != std::string::npos) {
      key.insert(list + 1, "0");
    }
    EXPECT_FALSE(places.origin(key).is_default()) << key << " is not in the sample";
  }
}

/// Help and page have every key of the table.
inline void expect_all_named(const YamlTable& table, const std::string& help,
                             const std::string& page) {
  for (const YamlRow& row : table.rows) {
    EXPECT_THAT(help, testing::HasSubstr("\n  " + row.full_key() + "\n"));
    EXPECT_THAT(page, testing::HasSubstr("| `" + row.full_key() + "` |"));
  }
}

}  // namespace turnpike::conf
