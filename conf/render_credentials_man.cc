// The man page of turnpike-credentials.
#include <fmt/format.h>

#include "conf/credentials_table.h"
#include "conf/render_credentials.h"
#include "conf/render_parts.h"

namespace turnpike::conf {
namespace {

constexpr std::string_view kBefore = R"(.TH TURNPIKE\-CREDENTIALS 1 "2026-11-20" "Turnpike"
.SH NAME
turnpike\-credentials \- hands out, lists and revokes TURN credentials over HTTP
.SH SYNOPSIS
.B turnpike\-credentials
.RB [ \-c
.IR file ]
.SH OPTIONS
.TP
.BR \-c ", " \-\-config =\fIfile\fR
The configuration; without it /etc/turnpike/credentials.yml.
.TP
.B \-\-check\-config
Name every mistake in it, and exit.
.TP
.B \-\-dump\-config
Print what is in force and where it comes from, without secrets.
.TP
.BR \-\-make\-api\-key =\fIid\fR
Print a new API key once, and the lines to put in the configuration.
.TP
.BR \-\-verify\-audit =\fIfile\fR
Check the chain of an audit log.
.TP
.BR \-\-version ", " \-\-help
Print and exit.
.SH CONFIGURATION
The file is YAML. A dot in a key is a mapping, [] an entry of a list.
A secret is a text, file:PATH or env:NAME.
)";

constexpr std::string_view kAfter = R"(.SH SIGNALS
.TP
SIGTERM, SIGINT
Stop.
.TP
SIGHUP
Read the configuration and the certificates again; when they are wrong the old ones stay.
.SH EXIT STATUS
0 after a clean stop and after options that only print something, 255 for a wrong configuration.
)";

}  // namespace

std::string render_credentials_man_page() {
  std::string text(kBefore);
  for (const CredentialsRow& row : credentials_rows()) {
    text += fmt::format(".TP\n.B {}\n{}\n", roff(row.full_key()), roff(row.help));
    if (row.kind == CredentialsKind::kChoice) {
      text += fmt::format("One of {}.\n", roff(row.example));
    }
    const std::string initial = credentials_default(row);
    if (initial != "\"\"" && initial != "[]") {
      text += fmt::format("Default: {}.\n", roff(initial));
    }
  }
  text += ".SH OTHER NAMES\nProperties at the top of the file that mean the same as a key:\n";
  for (const CredentialsAlias& alias : credentials_aliases()) {
    text += fmt::format(".TP\n.B {}\n{}\n", roff(alias.name), roff(alias.key));
  }
  text += kAfter;
  return text;
}

}  // namespace turnpike::conf
