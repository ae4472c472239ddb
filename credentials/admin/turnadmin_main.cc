// `turnadmin`: data on stdout, what went wrong on stderr. 0 says that the command was carried out.
#include <cstdio>
#include <span>
#include <string>

#include "credentials/admin/turnadmin_run.h"

int main(int argc, char** argv) {
  constexpr int kFailed = 255;  // Coturn's
  const auto line = turnpike::admin::parse_line({argv, static_cast<std::size_t>(argc)});
  const auto text = line ? turnpike::admin::run(*line)
                         : turnpike::Result<std::string, std::string>(turnpike::fail(line.error()));
  if (!text) {
    std::fputs(("turnadmin: " + text.error() + "\n").c_str(), stderr);
    return kFailed;
  }
  const bool written = std::fwrite(text->data(), 1, text->size(), stdout) == text->size();
  if (written && std::fflush(stdout) == 0) return 0;
  std::fputs("turnadmin: cannot write to standard output\n", stderr);
  return kFailed;
}
