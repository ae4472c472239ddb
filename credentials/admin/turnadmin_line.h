// The command line of turnadmin as one command and its values, by getopt_long's rules, from
// turnadmin_options.def. Opens nothing and runs nothing.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "base/result.h"

namespace turnpike::admin {

enum class Option : std::uint8_t {
#define COMMAND(id, letter, name, takes, help) id,
#define VALUE(id, letter, name, takes, help)
#include "credentials/admin/turnadmin_options.def"
#undef COMMAND
#undef VALUE
  kUser,
  kRealm,
  kPassword,
  kPasswordStdin,
  kOrigin,
  kSqlite,
  kPostgresql,
  kMysql,
  kMongo,
  kRedis,
  kMaxBps,
  kTotalQuota,
  kUserQuota,
};

struct Line {
  Option command = Option::kHelp;
  std::map<Option, std::string> values;  // the command's own argument too
  bool has(Option option) const { return values.contains(option); }
  std::string value(Option option) const { return has(option) ? values.at(option) : ""; }
};

/// `arguments` starts with the program's name. An error is one line that says what is wrong. Not
/// for two threads at once: getopt_long keeps its place in globals.
Result<Line, std::string> parse_line(std::span<char*> arguments);

/// What --help prints.
std::string usage();

}  // namespace turnpike::admin
