// What --help prints.
#include <fmt/format.h>

#include "conf/render.h"
#include "conf/render_parts.h"

namespace turnpike::conf {
namespace {

constexpr std::size_t kWidth = 80;

std::string heading(const OptionRow& row) {
  std::string text =
      row.short_name == 0 ? std::string("      ") : fmt::format("  -{}, ", row.short_name);
  text += long_form(row);
  const std::string initial = default_text(row);
  const bool worth_saying = initial != "none" && initial != "off";
  if (worth_saying) text += fmt::format("  (default: {})", initial);
  return text + "\n";
}

std::string section_text(Section section) {
  const auto rows = rows_in(section, {Status::kImplemented});
  if (rows.empty()) return {};
  std::string text = fmt::format("\n{}:\n", section_title(section));
  for (const OptionRow* row : rows) {
    text += heading(*row);
    text += wrap(row->help, kWidth, "          ");
  }
  return text;
}

std::string names_text(std::string_view title, std::initializer_list<Status> statuses) {
  std::vector<std::string> names;
  for (const OptionRow* row : rows_with(statuses)) names.emplace_back(row->name);
  return fmt::format("\n{}:\n{}", title, wrap(join(names, ", "), kWidth, "  "));
}

}  // namespace

std::string render_help() {
  std::string text =
      "usage: turnserver [-c <file>] [options]\n"
      "\n"
      "STUN and TURN server. Options may stand on the command line, or without their\n"
      "dashes in turnserver.conf, one on a line. The command line wins; options that\n"
      "may be repeated add up.\n";
  for_each_section([&](Section section) { text += section_text(section); });
  text += names_text("Not there yet (a warning at every start)", {Status::kPlanned});
  text += names_text("Not there yet, and refused because ignoring them is not safe",
                     {Status::kRefused});
  text += names_text("Other names and opposites of options above",
                     {Status::kAlias, Status::kInverseAlias});
  text += names_text("Accepted without effect (see turnserver(1))",
                     {Status::kNoop, Status::kDeclined, Status::kRemoved});
  return text;
}

}  // namespace turnpike::conf
