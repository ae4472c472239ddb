// `turnadmin`: data on stdout, what went wrong on stderr. 0 says that the command was carried out.
#include <cstdio>
#include <span>
#include <string>

#include "credentials/admin/turnadmin_run.h"

int main(int argc, char** argv) {
  constexpr int kFailed = 255;  // Coturn's
  const auto line = turnpike::admin::parse_line({argv, static_cast<std::size_t>(argc)});
  using Outcome = turnpike::admin::Outcome;
  const auto outcome = line ? turnpike::admin::run(*line)
                            : turnpike::Result<Outcome, std::string>(turnpike::fail(line.error()));
  if (!outcome) {
    std::fputs(("turnadmin: " + outcome.error() + "\n").c_str(), stderr);
    return kFailed;
  }
  const std::string& text = outcome->text;
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return outcome->exit_code;
  std::fputs("turnadmin: cannot write to standard output\n", stderr);
  return kFailed;
}
