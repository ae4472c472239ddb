#include "credentials/admin/render_admin.h"

#include <fmt/format.h>

#include "conf/render_parts.h"
#include "credentials/admin/turnadmin_table.h"

namespace turnpike::admin {
namespace {

using conf::roff;

constexpr std::size_t kWidth = 78;

std::string paragraph(std::string_view text) {
  return conf::wrap(roff(text), kWidth, "");
}

std::string sentence(std::string_view help) {
  std::string text(help);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text + ".";
}

/// "-b, --userdb VALUE", and the other names of the same option behind it.
std::string names(const OptionRow& row) {
  std::string text;
  for (const OptionRow& each : option_rows()) {
    if (each.option != row.option) continue;
    if (!text.empty()) text += ", ";
    if (each.letter != 0) text += fmt::format("\\fB\\-{}\\fR, ", each.letter);
    text += fmt::format("\\fB\\-\\-{}\\fR", roff(each.name));
  }
  return row.takes_value ? text + " \\fIvalue\\fR" : text;
}

std::string options(bool commands) {
  std::string text;
  for (const OptionRow& row : option_rows()) {
    if (row.is_alias || row.is_command != commands) continue;
    text += fmt::format(".TP\n{}\n{}", names(row), paragraph(sentence(row.help)));
  }
  return text;
}

constexpr std::string_view kTurnadminBefore =
    R"(.\" Rendered from credentials/admin/turnadmin_options.def by turnpike-render-admin.
.TH TURNADMIN 1 "2026-11-20" "Turnpike"
.SH NAME
turnadmin \- users, secrets, realms and credentials of TURN relays
.SH SYNOPSIS
.B turnadmin
.I command
.RI [ values ]
.SH DESCRIPTION
Reads and changes the databases that relays look their users up in, with
Coturn's options and output.
A relay that reads the same database follows without a restart.
.SH COMMANDS
One of these; they may be shortened as long as they stay unique.
)";

constexpr std::string_view kTurnadminAfter = R"(.SH OUTPUT
Data on standard output, in Coturn's lines; what went wrong on standard error.
With
.B \-\-json
lists are one JSON array of objects, and the commands named by words print one
JSON object.
.SH EXIT STATUS
0 when the command was carried out, 255 when it was not.
.B credential verify
has 0 for valid and 1 for anything else.
.SH EXAMPLES
.EX
turnadmin \-a \-b /var/lib/turn/turndb \-u alice \-r example.org \-p \-
turnadmin credential mint \-r example.org \-u alice \-\-lifetime 3600 \-\-json
turnadmin import \-\-from sqlite:/var/lib/turn/turndb \-\-to "redis:ip=127.0.0.1 dbname=0"
.EE
.SH SEE ALSO
.BR turnserver (1),
.BR turnpike (1),
.BR turnpike\-credentials (1)
)";

struct Subcommand {
  std::string_view name, arguments, help;
};

constexpr Subcommand kSubcommands[] = {
#define SUBCOMMAND(name, arguments, what, help) {#name, arguments, help},
#include "credentials/admin/turnpike_subcommands.def"
};

constexpr std::string_view kTurnpikeBefore =
    R"(.\" Rendered from credentials/admin/turnpike_subcommands.def by turnpike-render-admin.
.TH TURNPIKE 1 "2026-11-20" "Turnpike"
.SH NAME
turnpike \- small jobs around TURN relays
.SH SYNOPSIS
.B turnpike
.I subcommand
.RI [ arguments ]
.SH SUBCOMMANDS
)";

constexpr std::string_view kTurnpikeAfter = R"(.SH OPTIONS
.TP
.BR \-h ", " \-\-help
Print this in short; behind a subcommand: what that one takes.
.TP
.B \-\-version
Print the version.
.SH EXIT STATUS
0 when it was done, 2 for a wrong command line, 1 for other failures.
.SH SEE ALSO
.BR turnserver (1),
.BR turnadmin (1)
)";

}  // namespace

std::string render_turnadmin_man_page() {
  std::string text(kTurnadminBefore);
  text += options(true);
  text += ".PP\nOr words in front of everything else:\n";
  for (const WordedRow& row : worded_rows()) {
    text += fmt::format(".TP\n.B {}\n{}", roff(row.words), paragraph(sentence(row.help)));
  }
  text += ".SH VALUES\n" + options(false);
  text += kTurnadminAfter;
  return text;
}

std::string render_turnpike_man_page() {
  std::string text(kTurnpikeBefore);
  for (const Subcommand& each : kSubcommands) {
    text += fmt::format(".TP\n.B {} {}\n{}", each.name, roff(each.arguments), paragraph(each.help));
  }
  text += kTurnpikeAfter;
  return text;
}

}  // namespace turnpike::admin
