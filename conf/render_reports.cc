// The reports about one loaded configuration: --check-config and --dump-config.
#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "conf/render.h"
#include "conf/render_parts.h"

namespace turnpike::conf {
namespace {

constexpr int kExitConfigError = 255;  // what Coturn's callers know

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

struct DumpRow {
  std::string name;
  std::string origin;
  std::string status;
  std::string value;
};

std::vector<DumpRow> dump_rows(const TurnserverConfig& config) {
  std::vector<DumpRow> rows;
  const std::vector<std::vector<std::string>> all = value_texts(config);
  for (const OptionRow& row : option_table()) {
    const std::string status(status_word(row.status));
    const std::vector<std::string>& values = all[static_cast<std::size_t>(row.id)];
    for (std::size_t i = 0; i < values.size(); ++i) {
      rows.push_back(
          {std::string(row.name), config.origin(row.id, i).to_string(), status, values[i]});
    }
    if (values.empty()) rows.push_back({std::string(row.name), "default", status, "none"});
  }
  return rows;
}

}  // namespace

std::string render_diagnostics(const Diagnostics& diagnostics) {
  std::string text;
  for (const Severity severity : {Severity::kWarning, Severity::kError}) {
    for (const Diagnostic& diagnostic : diagnostics.all()) {
      if (diagnostic.severity == severity) text += diagnostic.to_string() + "\n";
    }
  }
  return text;
}

CheckReport render_check(const LoadOutcome& outcome, const StartFindings& more) {
  CheckReport report;
  report.text = outcome.config_file.empty()
                    ? "config file: none\n"
                    : fmt::format("config file: {}\n", log::log_safe(outcome.config_file));
  report.text += render_diagnostics(outcome.diagnostics);
  for (const std::string& text : more.warnings) report.text += "warning: " + text + "\n";
  for (const std::string& text : more.errors) report.text += "error: " + text + "\n";
  const std::size_t warnings = outcome.diagnostics.count(Severity::kWarning) + more.warnings.size();
  const std::size_t errors = outcome.diagnostics.count(Severity::kError) + more.errors.size();
  const bool starts = outcome.ok() && more.errors.empty();
  report.text += fmt::format("{}, {}: the server {}\n", counted(warnings, "warning"),
                             counted(errors, "error"), starts ? "would start" : "would not start");
  report.exit_code = starts ? 0 : kExitConfigError;
  return report;
}

std::string render_dump(const TurnserverConfig& config) {
  const std::vector<DumpRow> rows = dump_rows(config);
  std::size_t name_width = 0;
  std::size_t origin_width = 0;
  std::size_t status_width = 0;
  for (const DumpRow& row : rows) {
    name_width = std::max(name_width, row.name.size());
    origin_width = std::max(origin_width, row.origin.size());
    status_width = std::max(status_width, row.status.size());
  }
  std::string text;
  for (const DumpRow& row : rows) {
    std::string line = fmt::format("{:<{}}  {:<{}}  {:<{}}  {}", row.name, name_width, row.origin,
                                   origin_width, row.status, status_width, row.value);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace turnpike::conf
