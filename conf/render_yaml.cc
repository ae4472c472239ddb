// --help, the sample file, the documentation page and --dump-config of a service with a YAML
// configuration.
#include "conf/render_yaml.h"

#include <fmt/format.h>

#include <cctype>

#include "conf/render_parts.h"

namespace turnpike::conf {
namespace {

constexpr std::size_t kWidth = 80;

std::string example_of(const YamlRow& row) {
  if (row.kind == YamlKind::kChoice || row.has_default()) return row.initial;
  const std::string plain(row.example);
  switch (row.kind) {
    case YamlKind::kTextList:
    case YamlKind::kSecretList:
      return "[" + yaml_text(plain) + "]";
    case YamlKind::kPortList:
      return "[" + plain + "]";
    case YamlKind::kNumber:
    case YamlKind::kSeconds:
    case YamlKind::kPort:
    case YamlKind::kFlag:
      return plain;
    case YamlKind::kText:
    case YamlKind::kChoice:
    case YamlKind::kSecret:
      break;
  }
  return yaml_text(plain);
}

/// The help with what the type and the default add to it.
std::string full_help(const YamlRow& row) {
  std::string text(row.help);
  if (row.kind == YamlKind::kChoice) text += fmt::format(" One of {}.", row.example);
  if (row.has_default()) text += fmt::format(" Default: {}.", row.initial);
  return text;
}

/// Where each row goes in the file: its mapping, or its list.
std::string mapping_of(const YamlRow& row) {
  const std::string full = row.full_key();
  const std::size_t dot = full.find('.');
  return dot == std::string::npos ? std::string() : full.substr(0, dot);
}

class SampleWriter {
 public:
  std::string write(const YamlTable& table) {
    for (const YamlRow& row : table.rows) add(row);
    return std::move(text_);
  }

 private:
  void add(const YamlRow& row) {
    const std::string mapping = mapping_of(row);
    const bool in_list = !row.list.empty();
    text_ += "\n";
    if (mapping != open_ && !mapping.empty()) {
      text_ += fmt::format("#{}:\n", mapping.substr(0, mapping.find('[')));
    }
    const bool first_of_entry = in_list && mapping != open_;
    open_ = mapping;
    std::string indent;
    if (in_list) indent = first_of_entry ? "  - " : "    ";
    if (!in_list && !mapping.empty()) indent = "  ";
    const std::string comment_indent = std::string(indent.size(), ' ') + "# ";
    text_ += wrap(full_help(row), kWidth, "#" + comment_indent.substr(0, indent.size()) + "# ");
    const std::string_view name =
        in_list || mapping.empty() ? row.key : row.key.substr(mapping.size() + 1);
    text_ += fmt::format("#{}{}: {}\n", indent, name, example_of(row));
  }

  std::string text_;
  std::string open_;
};

std::string table_row(const YamlRow& row) {
  const std::string initial = row.has_default() ? "`" + row.initial + "`" : "none";
  std::string help(row.help);
  if (row.kind == YamlKind::kChoice) help += fmt::format(" One of {}.", row.example);
  std::string escaped;
  for (const char c : help) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return fmt::format("| `{}` | {} | {} |\n", row.full_key(), initial, escaped);
}

std::string with_capital(std::string text) {
  if (!text.empty()) text.front() = static_cast<char>(std::toupper(text.front()));
  return text;
}

/// A name in a line of its own, and what it is below.
std::string help_entry(std::string_view name, std::string_view help) {
  return fmt::format("  {}\n", name) + wrap(help, kWidth, "      ");
}

/// The rows of one list, or of the file itself; `prefix` is "relays[0]." in a list.
std::string dump_of(const YamlTarget& target, std::string_view list, const YamlMembers& members,
                    const std::string& prefix) {
  std::string text;
  for (const YamlRow& row : target.table.rows) {
    if (row.list != list) continue;
    const std::string key = prefix + std::string(row.key);
    const std::string value =
        std::visit([](const auto* field) { return yaml_text(*field); }, field_of(members, row));
    text += fmt::format("{}: {}  # {}\n", key, value, target.places.origin(key).to_string());
  }
  return text;
}

}  // namespace

std::string render_yaml_help(const YamlProgram& program) {
  std::string text = fmt::format("Usage: {} [options]\n\n{}.\n\n", program.name,
                                 with_capital(std::string(program.purpose)));
  for (const YamlCommand& command : program.all_commands()) {
    text += help_entry(command.usage, command.help);
  }
  text += "\nKeys of the configuration (YAML; a dot is a mapping, [] is a list):\n";
  for (const YamlRow& row : program.table.rows) text += help_entry(row.full_key(), full_help(row));
  return text;
}

std::string render_yaml_sample(const YamlProgram& program) {
  return fmt::format(
             "# {}: every key with its default, or an example where there is none.\n"
             "#\n"
             "# A secret is a text, file:PATH (the file's text without the newline at its end) or\n"
             "# env:NAME. {} --check-config names every mistake in this file.\n"
             "# Remove one # in front of a line to put it into force.\n",
             program.file, program.name) +
         SampleWriter().write(program.table);
}

std::string render_yaml_page(const YamlProgram& program) {
  std::string text = fmt::format(
      "# Keys of {}\n\n"
      "Rendered from `{}`. A dot is a mapping, `[]` an entry of a list.\n"
      "A secret is a text, `file:PATH` or `env:NAME`.\n\n"
      "| key | default | what |\n|---|---|---|\n",
      program.file, program.source);
  for (const YamlRow& row : program.table.rows) text += table_row(row);
  text +=
      "\n## Other names\n\nProperties at the top of the file that mean the same:\n\n"
      "| property | key |\n|---|---|\n";
  for (const YamlAlias& alias : program.table.aliases) {
    text += fmt::format("| `{}` | `{}` |\n", alias.name, alias.key);
  }
  return text;
}

std::string render_yaml_dump(const YamlTarget& target) {
  std::string text = dump_of(target, "", target.members, "");
  for (const YamlList& list : target.lists) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      text += dump_of(target, list.name, list.members(i), fmt::format("{}[{}].", list.name, i));
    }
  }
  return text;
}

}  // namespace turnpike::conf
