// packaging/man/turnserver.1, in the man(7) macros.
#include <fmt/format.h>

#include "conf/render.h"
#include "conf/render_parts.h"

namespace turnpike::conf {
namespace {

std::string paragraph(std::string_view text) {
  return wrap(roff(text), 78, "");
}

std::string heading(const OptionRow& row) {
  const std::string short_form =
      row.short_name == 0 ? "" : fmt::format("\\fB\\-{}\\fR, ", row.short_name);
  return fmt::format(".TP\n{}\\fB{}\\fR\n", short_form, roff(long_form(row)));
}

std::string implemented(Section section) {
  const auto rows = rows_in(section, {Status::kImplemented});
  if (rows.empty()) return {};
  std::string text = fmt::format(".SS {}\n", section_title(section));
  for (const OptionRow* row : rows) {
    text += heading(*row);
    text += paragraph(row->help);
    const std::string initial = default_text(*row);
    if (initial != "none") text += fmt::format("Default: {}.\n", roff(initial));
  }
  return text;
}

std::string listed(std::string_view title, std::string_view intro,
                   std::initializer_list<Status> statuses) {
  std::string text = fmt::format(".SH {}\n{}", title, paragraph(intro));
  for (const OptionRow* row : rows_with(statuses)) {
    text += heading(*row);
    text += paragraph(fmt::format("{}.", row->note));
  }
  return text;
}

constexpr std::string_view kBefore =
    R"(.\" Rendered from conf/options.def by turnpike-render-options.
.TH TURNSERVER 1 "2026-11-20" "Turnpike"
.SH NAME
turnserver \- STUN and TURN server
.SH SYNOPSIS
.B turnserver
.RB [ \-c
.IR file ]
.RI [ options ]
.SH DESCRIPTION
Answers STUN Binding requests and relays traffic for TURN clients over UDP,
TCP and TLS.
It reads the config files and options of Coturn.
.SH CONFIG FILE
One option on a line, without dashes: key=value, key value, or the key alone
for yes.
A key ends at the first space, tab or equals sign; the rest of the line is the
value.
A comment starts with # at the start of a line; behind a value it would be
part of it.
One pair of double quotes around a value is removed; single quotes are not.
.PP
The command line wins over the file; options that may be repeated add up.
Without
.B \-c
the file turnserver.conf is looked for in the current folder, in etc beside it,
in /etc and in /usr/local/etc, and in turnserver and coturn below them.
.PP
.B \-\-check\-config
names every mistake with file and line;
.B \-\-dump\-config
prints what is in effect and where it came from.
.SH OPTIONS
)";

constexpr std::string_view kAfter = R"(.SH SIGNALS
.TP
SIGTERM, SIGINT
Stop and remove the pid file.
.TP
SIGHUP, SIGUSR1
Open the log file again.
.TP
SIGUSR2
Read certificate and key again, for new connections.
.SH EXIT STATUS
0 after a clean stop and after options that only print something.
.B \-\-help
lists the other codes.
.SH SEE ALSO
docs/options.md has the same options with their differences from Coturn.
)";

}  // namespace

std::string render_man_page() {
  std::string text(kBefore);
  for_each_section([&](Section section) { text += implemented(section); });
  text += listed("NOT THERE YET",
                 "These options warn at every start. What is missing:", {Status::kPlanned});
  text += listed(
      "REFUSED",
      "These options are not there yet either, and because ignoring them would let somebody in or "
      "reach further, the server does not start with them. What is missing:",
      {Status::kRefused});
  text += listed("OTHER NAMES", "Other names of an option:", {Status::kAlias});
  text +=
      listed("OPPOSITES", "Turning on one of these turns an option off:", {Status::kInverseAlias});
  text += listed("WITHOUT EFFECT", "These options of Coturn are accepted and change nothing:",
                 {Status::kNoop, Status::kDeclined, Status::kRemoved});
  text += kAfter;
  return text;
}

}  // namespace turnpike::conf
