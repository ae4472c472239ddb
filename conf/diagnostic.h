// What a config loader has to say: an error, a warning, and where. Collected and never printed
// here; the loader never exits, so one run names every mistake.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "conf/turnserver_config.h"

namespace turnpike::conf {

enum class Severity : std::uint8_t { kWarning, kError };

struct Diagnostic {
  Severity severity = Severity::kWarning;
  Origin
      origin;  // of the line or argument that is wrong; source kDefault for the config as a whole
  std::string text;  // starts with the option's name where there is one; never contains a secret

  /// "/etc/turnserver.conf:12: error: listening-port: ..."
  std::string to_string() const;
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// Keeps each diagnostic once, in the order they came.
class Diagnostics {
 public:
  void error(Origin origin, std::string text);
  void warning(Origin origin, std::string text);

  const std::vector<Diagnostic>& all() const { return all_; }
  bool has_errors() const;
  std::size_t count(Severity severity) const;

 private:
  void add(Diagnostic diagnostic);
  std::vector<Diagnostic> all_;
  std::unordered_set<std::string> seen_;  // as text
};

}  // namespace turnpike::conf
