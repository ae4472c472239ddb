// Texts rendered from the option table and from a loaded configuration: help, man page, sample
// file, reference page, and the reports of --check-config and --dump-config. Pure: text in, text
// out; secrets never appear.
#pragma once

#include <string>
#include <vector>

#include "conf/load_turnserver.h"

namespace turnpike::conf {

/// What `turnserver --help` prints; at most 80 columns.
std::string render_help();
/// packaging/man/turnserver.1
std::string render_man_page();
/// conf/samples/turnserver.conf
std::string render_sample_config();
/// docs/options.md
std::string render_options_page();

/// Every diagnostic, one per line, errors after warnings.
std::string render_diagnostics(const Diagnostics& diagnostics);

struct CheckReport {
  std::string text;
  int exit_code = 0;  // 0: it would start; 255: it would not, as Coturn's config errors
};
/// What a start would find beyond the options themselves: certificates, names, addresses.
struct StartFindings {
  std::vector<std::string> warnings;
  std::vector<std::string> errors;
};
/// What `--check-config` prints and returns; the last line counts all of it.
CheckReport render_check(const LoadOutcome& outcome, const StartFindings& more = {});
/// What `--dump-config` prints: every option with effective value, origin and status.
std::string render_dump(const TurnserverConfig& config);

}  // namespace turnpike::conf
