// docs/options.md: the reference of every option name.
#include <fmt/format.h>

#include "conf/render.h"
#include "conf/render_parts.h"

namespace turnpike::conf {
namespace {

/// Text inside a table cell.
std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else {
      result += c;
    }
  }
  return result;
}

/// Code inside a table cell: only the bar needs care there.
std::string code(std::string_view text) {
  if (text.empty()) return {};
  std::string result = "`";
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c;
  }
  return result + "`";
}

std::string_view priority_word(Priority priority) {
  switch (priority) {
    case Priority::kP1:
      return "P1";
    case Priority::kP2:
      return "P2";
    case Priority::kP3:
      return "P3";
    case Priority::kOwn:
      return "ours";
  }
  return "";
}

std::string note_text(const OptionRow& row) {
  switch (row.status) {
    case Status::kImplemented:
      return row.note.empty() ? std::string() : fmt::format("Difference: {}.", row.note);
    case Status::kPlanned:
      return fmt::format("Warns at start. Missing: {}.", row.note);
    case Status::kRefused:
      return fmt::format("Stops the start. Missing: {}.", row.note);
    case Status::kDeclined:
    case Status::kRemoved:
      return fmt::format("Warns at start: {}.", row.note);
    case Status::kNoop:
      return fmt::format("Warns when turned off: {}.", row.note);
    case Status::kAlias:
      return fmt::format("Same as {}.", row.note);
    case Status::kInverseAlias:
      return fmt::format("Turns {} off.", row.note);
  }
  return {};
}

std::string table_row(const OptionRow& row) {
  std::string text(row.help);
  if (row.has(kRuleCoturnIgnoresValue)) {
    text += " Difference: =no turns it off; Coturn ignores the value.";
  }
  const std::string note = note_text(row);
  if (!note.empty()) text += " " + note;
  const std::string short_form = row.short_name == 0 ? "" : fmt::format("`-{}`", row.short_name);
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", code(row.name), short_form,
                     code(row.value), code(default_text(row)), status_word(row.status),
                     priority_word(row.priority), cell(text));
}

std::string section_text(Section section) {
  std::string text = fmt::format(
      "\n## {}\n\n| option | short | value | default | status | seen | what it does |\n"
      "|---|---|---|---|---|---|---|\n",
      section_title(section));
  for (const OptionRow& row : option_table()) {
    if (row.section == section) text += table_row(row);
  }
  return text;
}

}  // namespace

std::string render_options_page() {
  std::string text =
      "# Options of turnserver\n"
      "\n"
      "Rendered from `conf/options.def` by `turnpike-render-options`; a test compares. Every "
      "option name of Coturn 4.5 to\n"
      "4.18 is here, and our own (`ours` in the column *seen*; P1 is in nearly every Coturn "
      "config, P3 in few).\n"
      "\n"
      "| status | meaning |\n"
      "|---|---|\n"
      "| implemented | does what it says |\n"
      "| not there yet | harmless to miss: a warning at every start says what is missing |\n"
      "| refused | not there yet, and ignoring it would let somebody in or reach further: the "
      "start is refused |\n"
      "| always so | asks for what is the default or the only way: accepted silently |\n"
      "| not offered | left out on purpose: a warning says why |\n"
      "| removed | Coturn removed it: a warning says why |\n"
      "| other name, opposite | of another option |\n"
      "\n"
      "## The file\n"
      "\n"
      "Coturn's grammar: a key ends at the first space, tab or `=`; the rest is the value. A `#` "
      "starts a comment only at\n"
      "the start of a line. One pair of double quotes around a value is removed, nothing else is. "
      "`--name=value` is the same on the\n"
      "command line, where unique beginnings of names are enough; it wins over the file, and "
      "repeatable options add up.\n"
      "\n"
      "What differs from Coturn:\n"
      "\n"
      "- Lines may have 64 KiB instead of 1023 bytes, and a byte order mark is fine.\n"
      "- A number must be a number in its range; Coturn takes anything else as 0.\n"
      "- A trailing comment, a trailing `;`, single quotes and `key: value` are named with file "
      "and line. Where the line is about\n"
      "  who may use the server or whom it reaches, they stop the start, because Coturn would "
      "silently do something else.\n"
      "- Without any credentials the server does not start unless `no-auth` is set.\n"
      "- A file named with `-c` must be there.\n"
      "- Removed options of Coturn keep their names, so `--no-tlsv1` never becomes "
      "`--no-tlsv1_2`.\n"
      "- Every message comes once, with file and line, and secrets are in none of them.\n";
  for_each_section([&](Section section) { text += section_text(section); });
  return text;
}

}  // namespace turnpike::conf
