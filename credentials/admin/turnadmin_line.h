// The command line of turnadmin as one command and its values, by getopt_long's rules, from
// turnadmin_options.def. Opens nothing and runs nothing.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "credentials/admin/turnadmin_table.h"

namespace turnpike::admin {

struct Line {
  Option command = Option::kHelp;
  std::map<Option, Secret> values;  // the command's own argument too; some are passwords
  bool has(Option option) const { return values.contains(option); }
  /// Empty without one; valid as long as the line.
  std::string_view value(Option option) const {
    const auto found = values.find(option);
    return found == values.end() ? std::string_view() : found->second.reveal();
  }
};

/// `arguments` starts with the program's name. An error is one line that says what is wrong. Not
/// for two threads at once: getopt_long keeps its place in globals.
Result<Line, std::string> parse_line(std::span<char*> arguments);

/// What --help prints.
std::string usage();

/// "-b, --userdb": how messages name an option.
std::string spelling(Option option);

}  // namespace turnpike::admin
