// --help, the sample file, the documentation page and --dump-config of turnpike-credentials.
#include "conf/render_credentials.h"

#include <fmt/format.h>

#include "conf/credentials_table.h"
#include "conf/render_parts.h"

namespace turnpike::conf {
namespace {

constexpr std::size_t kWidth = 80;

bool has_default(const CredentialsRow& row) {
  const std::string text = credentials_default(row);
  return text != "\"\"" && text != "[]";
}

std::string example_of(const CredentialsRow& row) {
  if (row.kind == CredentialsKind::kChoice || has_default(row)) return credentials_default(row);
  const std::string text = yaml_text(std::string(row.example));
  const bool is_list =
      row.kind == CredentialsKind::kTextList || row.kind == CredentialsKind::kSecretList;
  if (row.kind == CredentialsKind::kNumber || row.kind == CredentialsKind::kSeconds) {
    return std::string(row.example);
  }
  return is_list ? "[" + text + "]" : text;
}

/// The help with what the type and the default add to it.
std::string full_help(const CredentialsRow& row) {
  std::string text(row.help);
  if (row.kind == CredentialsKind::kChoice) text += fmt::format(" One of {}.", row.example);
  if (has_default(row)) text += fmt::format(" Default: {}.", credentials_default(row));
  return text;
}

/// Where each row goes in the file: its mapping, or its list.
std::string mapping_of(const CredentialsRow& row) {
  const std::string full = row.full_key();
  const std::size_t dot = full.find('.');
  return dot == std::string::npos ? std::string() : full.substr(0, dot);
}

class SampleWriter {
 public:
  std::string write() {
    for (const CredentialsRow& row : credentials_rows()) add(row);
    return std::move(text_);
  }

 private:
  void add(const CredentialsRow& row) {
    const std::string mapping = mapping_of(row);
    const bool in_list = row.group != CredentialsGroup::kRoot;
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

constexpr std::string_view kCommands =
    "  -c, --config=FILE      the configuration (default: /etc/turnpike/credentials.yml)\n"
    "      --check-config     name every mistake in it, and exit\n"
    "      --dump-config      print what is in force and where it comes from, without secrets\n"
    "      --make-api-key=ID  print a new API key once, and the lines to put in the configuration\n"
    "      --verify-audit=FILE  check the chain of an audit log\n"
    "      --version, --help\n";

std::string table_row(const CredentialsRow& row) {
  const std::string initial = has_default(row) ? "`" + credentials_default(row) + "`" : "none";
  std::string help(row.help);
  if (row.kind == CredentialsKind::kChoice) help += fmt::format(" One of {}.", row.example);
  std::string escaped;
  for (const char c : help) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return fmt::format("| `{}` | {} | {} |\n", row.full_key(), initial, escaped);
}

template <class Visit>
void append_dump(std::string& text, const CredentialsConfig& config, const std::string& prefix,
                 Visit visit) {
  visit([&](const CredentialsRow& row, const auto& value) {
    const std::string key = prefix + std::string(row.key);
    text += fmt::format("{}: {}  # {}\n", key, yaml_text(value), config.origin(key).to_string());
  });
}

}  // namespace

std::string render_credentials_help() {
  std::string text =
      "Usage: turnpike-credentials [options]\n\n"
      "Hands out, lists and revokes TURN credentials over HTTP.\n\n";
  text += kCommands;
  text += "\nKeys of the configuration (YAML; a dot is a mapping, [] is a list):\n";
  for (const CredentialsRow& row : credentials_rows()) {
    text += fmt::format("  {}\n", row.full_key());
    text += wrap(full_help(row), kWidth, "      ");
  }
  return text;
}

std::string render_credentials_sample() {
  return "# credentials.yml: every key with its default, or an example where there is none.\n"
         "#\n"
         "# A secret is a text, file:PATH (the file's text without the newline at its end) or\n"
         "# env:NAME. turnpike-credentials --check-config names every mistake in this file.\n"
         "# Remove one # in front of a line to put it into force.\n" +
         SampleWriter().write();
}

std::string render_credentials_page() {
  std::string text =
      "# Keys of credentials.yml\n\n"
      "Rendered from `conf/credentials_options.def`. A dot is a mapping, `[]` an entry of a list.\n"
      "A secret is a text, `file:PATH` or `env:NAME`.\n\n"
      "| key | default | what |\n|---|---|---|\n";
  for (const CredentialsRow& row : credentials_rows()) text += table_row(row);
  text +=
      "\n## Other names\n\nProperties at the top of the file that mean the same:\n\n"
      "| property | key |\n|---|---|\n";
  for (const CredentialsAlias& alias : credentials_aliases()) {
    text += fmt::format("| `{}` | `{}` |\n", alias.name, alias.key);
  }
  return text;
}

std::string render_credentials_dump(const CredentialsConfig& config) {
  std::string text;
  append_dump(text, config, "", [&](auto take) { visit_root(config, take); });
  for (std::size_t i = 0; i < config.relays.size(); ++i) {
    append_dump(text, config, fmt::format("relays[{}].", i),
                [&](auto take) { visit_relay(config.relays[i], take); });
  }
  for (std::size_t i = 0; i < config.api_keys.size(); ++i) {
    append_dump(text, config, fmt::format("api_keys[{}].", i),
                [&](auto take) { visit_api_key(config.api_keys[i], take); });
  }
  return text;
}

}  // namespace turnpike::conf
