// The pipeline: command line, file, command line over file, implications, checks.
#include "conf/load_turnserver.h"

#include <fmt/format.h>

#include <array>

#include "base/log.h"
#include "conf/assign.h"
#include "conf/check_turnserver.h"
#include "conf/command_line.h"
#include "conf/config_text.h"

namespace turnpike::conf {
namespace {

/// Coturn's search order.
constexpr std::array<std::string_view, 15> kFolders = {
    "./",
    "./turnserver/",
    "./coturn/",
    "./etc/",
    "./etc/turnserver/",
    "./etc/coturn/",
    "../etc/",
    "../etc/turnserver/",
    "../etc/coturn/",
    "/etc/",
    "/etc/turnserver/",
    "/etc/coturn/",
    "/usr/local/etc/",
    "/usr/local/etc/turnserver/",
    "/usr/local/etc/coturn/",
};

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash + 1));
}

class Loader {
 public:
  Loader(FileReader& files, LoadOutcome& outcome) : files_(files), outcome_(outcome) {}

  void load_file(const std::string& executable_folder, const std::vector<Assignment>& arguments) {
    if (outcome_.config.no_config) return;
    const Assignment* named = nullptr;
    for (const Assignment& argument : arguments) {
      if (argument.row->id == Option::config) named = &argument;
    }
    const std::string& name = outcome_.config.config;
    for (const std::string& path : candidate_paths(name, executable_folder)) {
      if (try_file(path)) return;
    }
    const std::string shown = log::log_safe(name);
    if (named != nullptr) {
      outcome_.diagnostics.error(
          named->origin, fmt::format("config file '{}' was not found; mend the name, or say -n to "
                                     "start without a file",
                                     shown));
    } else {
      outcome_.diagnostics.warning(
          {}, fmt::format("no {} was found; only the command line counts (-c names a file, -n says "
                          "that there is none)",
                          shown));
    }
  }

 private:
  /// True: this is the file, readable or not.
  bool try_file(const std::string& path) {
    auto text = files_.read(path);
    if (text) {
      const Secret content(std::move(*text));  // it has secrets in it: wiped when done
      apply_config_text(content.reveal(), path, outcome_.config, outcome_.diagnostics);
      outcome_.config_file = path;
      return true;
    }
    switch (text.error()) {
      case ReadError::kNotFound:
        return false;
      case ReadError::kUnreadable:
        outcome_.diagnostics.error(
            {}, fmt::format("config file {} cannot be read; check who may read it",
                            log::log_safe(path)));
        return true;
      case ReadError::kTooLarge:
        outcome_.diagnostics.error(
            {}, fmt::format("config file {} is larger than {} bytes; is it the right one?",
                            log::log_safe(path), DiskReader::kMaxConfigBytes));
        return true;
    }
    return false;
  }

  FileReader& files_;
  LoadOutcome& outcome_;
};

void finish(LoadOutcome& outcome, const HostFacts& host) {
  imply_turnserver(outcome.config, host, outcome.diagnostics);
  check_turnserver(outcome.config, outcome.diagnostics);
}

}  // namespace

std::vector<std::string> candidate_paths(const std::string& name,
                                         const std::string& executable_folder) {
  if (name.empty()) return {};
  if (name.front() == '/' || name.front() == '~') return {name};
  std::vector<std::string> names = {name};
  if (name.starts_with("etc/")) names.push_back(name.substr(4));
  std::vector<std::string> paths;
  for (const std::string& candidate : names) {
    for (const std::string_view folder : kFolders) {
      paths.push_back(fmt::format("{}{}", folder, candidate));
      if (folder.front() == '.' && !executable_folder.empty()) {
        const bool slash = executable_folder.back() == '/';
        paths.push_back(
            fmt::format("{}{}{}{}", executable_folder, slash ? "" : "/", folder, candidate));
      }
    }
  }
  return paths;
}

LoadOutcome load_turnserver_config(std::span<const char* const> args, FileReader& files,
                                   const HostFacts& host) {
  LoadOutcome outcome;
  const std::vector<Assignment> arguments = parse_command_line(args, outcome.diagnostics);
  const auto apply = [&](bool command_line_only) {
    for (const Assignment& argument : arguments) {
      if (argument.row->has(kRuleCommandLineOnly) != command_line_only) continue;
      assign(outcome.config, argument, outcome.diagnostics);
    }
  };
  apply(true);
  Loader(files, outcome).load_file(args.empty() ? "" : folder_of(args[0]), arguments);
  apply(false);
  finish(outcome, host);
  return outcome;
}

LoadOutcome load_turnserver_text(std::string_view text, const std::string& file_name,
                                 const HostFacts& host) {
  LoadOutcome outcome;
  apply_config_text(text, file_name, outcome.config, outcome.diagnostics);
  outcome.config_file = file_name;
  finish(outcome, host);
  return outcome;
}

}  // namespace turnpike::conf
