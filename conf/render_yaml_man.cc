// The man page of a service with a YAML configuration.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "conf/render_parts.h"
#include "conf/render_yaml.h"

namespace turnpike::conf {
namespace {

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

constexpr std::string_view kConfiguration = R"(.SH CONFIGURATION
The file is YAML. A dot in a key is a mapping, [] an entry of a list.
A secret is a text, file:PATH or env:NAME.
)";

constexpr std::string_view kStop = R"(.SH SIGNALS
.TP
SIGTERM, SIGINT
Stop.
.TP
SIGHUP
)";

constexpr std::string_view kExit = R"(.SH EXIT STATUS
0 after a clean stop and after options that only print something, 255 for a wrong configuration.
)";

std::string entry(std::string_view what, std::string_view text) {
  return fmt::format(".TP\n.B {}\n{}\n", roff(what), roff(text));
}

std::string row_entry(const YamlRow& row) {
  std::string text = entry(row.full_key(), row.help);
  if (row.kind == YamlKind::kChoice) text += fmt::format("One of {}.\n", roff(row.example));
  if (row.has_default()) text += fmt::format("Default: {}.\n", roff(row.initial));
  return text;
}

}  // namespace

std::string render_yaml_man_page(const YamlProgram& program) {
  const std::string name = roff(program.name);
  std::string text = fmt::format(".TH {} 1 \"2026-11-20\" \"Turnpike\"\n", upper(name));
  text += fmt::format(".SH NAME\n{} \\- {}\n", name, roff(program.purpose));
  text += fmt::format(".SH SYNOPSIS\n.B {}\n.RB [ \\-c\n.IR file ]\n.SH OPTIONS\n", name);
  for (const YamlCommand& command : program.all_commands()) {
    text += entry(command.usage, command.help);
  }
  text += kConfiguration;
  for (const YamlRow& row : program.table.rows) text += row_entry(row);
  text += ".SH OTHER NAMES\nProperties at the top of the file that mean the same as a key:\n";
  for (const YamlAlias& alias : program.table.aliases) text += entry(alias.name, alias.key);
  text += fmt::format("{}{}\n{}", kStop, roff(program.reload), kExit);
  return text;
}

}  // namespace turnpike::conf
