// conf/samples/turnserver.conf: every option that works, with its help and its default, commented
// out.
#include <fmt/format.h>

#include "conf/render.h"
#include "conf/render_parts.h"

namespace turnpike::conf {
namespace {

constexpr std::size_t kWidth = 80;

/// The default where there is one, else the placeholder.
std::string example_line(const OptionRow& row) {
  if (row.is_flag()) return std::string(row.name);
  const std::string initial = default_text(row);
  const bool has_default = initial != "none" && initial != "automatic";
  return fmt::format("{}={}", row.name, has_default ? initial : std::string(row.value));
}

std::string section_text(Section section) {
  std::string text;
  for (const OptionRow* row : rows_in(section, {Status::kImplemented})) {
    if (row->has(kRuleCommandLineOnly)) continue;
    std::string help(row->help);
    if (row->is_flag()) help += fmt::format(" Default: {}.", default_text(*row));
    text += "\n" + wrap(help, kWidth, "# ");
    text += fmt::format("#{}\n", example_line(*row));
  }
  if (text.empty()) return {};
  const std::string title(section_title(section));
  return fmt::format("\n# {} {}\n{}", title, std::string(kWidth - 3 - title.size(), '-'), text);
}

}  // namespace

std::string render_sample_config() {
  std::string text =
      "# turnserver.conf: every option that works, with its default.\n"
      "#\n"
      "# One option on a line: key=value, key value, or the key alone for yes.\n"
      "# A comment has a line of its own: behind a value it would be part of it.\n"
      "# Double quotes around a value are removed; single quotes are not.\n"
      "# turnserver --check-config names every mistake in this file.\n"
      "#\n"
      "# The shortest useful config:\n"
      "#\n"
      "#   realm=turn.example.org\n"
      "#   static-auth-secret=<a long random text that your application knows too>\n"
      "#   external-ip=<public address, when the server is behind NAT>\n"
      "#   cert=/etc/turnserver/fullchain.pem\n"
      "#   pkey=/etc/turnserver/privkey.pem\n";
  for_each_section([&](Section section) { text += section_text(section); });
  return text;
}

}  // namespace turnpike::conf
