// One option's text into its field of TurnserverConfig, with the range and the form checked and the
// origin noted. The only place that writes values that somebody gave.
#pragma once

#include <string>
#include <string_view>

#include "conf/diagnostic.h"
#include "conf/option_table.h"
#include "conf/turnserver_config.h"

namespace turnpike::conf {

struct Assignment {
  const OptionRow* row = nullptr;  // as it was named, so maybe an alias
  Secret value;  // every value, because any may be a secret; empty when there is none
  Origin origin;
};

/// False: the value does not fit and the field is unchanged; `diagnostics` has an error that says
/// what to write.
bool assign(TurnserverConfig& config, const Assignment& assignment, Diagnostics& diagnostics);

/// "realm=example.org", with secrets as "(secret, 12 characters)"; only the option's name for an
/// empty value.
std::string printable_line(const OptionRow& row, std::string_view value);
/// The part after '=' of the same. Of `user` only the name is printed.
std::string printable_value(const OptionRow& row, std::string_view value);

}  // namespace turnpike::conf
