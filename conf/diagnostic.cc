// Collecting diagnostics and printing one.
#include "conf/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

namespace turnpike::conf {

std::string Diagnostic::to_string() const {
  const std::string_view word = severity == Severity::kError ? "error" : "warning";
  if (origin.is_default()) return fmt::format("config: {}: {}", word, text);
  return fmt::format("{}: {}: {}", origin.to_string(), word, text);
}

void Diagnostics::error(Origin origin, std::string text) {
  add({Severity::kError, std::move(origin), std::move(text)});
}

void Diagnostics::warning(Origin origin, std::string text) {
  add({Severity::kWarning, std::move(origin), std::move(text)});
}

bool Diagnostics::has_errors() const {
  return count(Severity::kError) != 0;
}

std::size_t Diagnostics::count(Severity severity) const {
  return static_cast<std::size_t>(std::ranges::count(all_, severity, &Diagnostic::severity));
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (seen_.insert(diagnostic.to_string()).second) all_.push_back(std::move(diagnostic));
}

}  // namespace turnpike::conf
