#include "relay/server/ops/exit_codes.h"

#include <fmt/format.h>

#include <iterator>

namespace turnpike::server {

std::string exit_codes_text() {
  std::string out;
#define EXIT_CODE(name, number, text) \
  fmt::format_to(std::back_inserter(out), "{:>5}  {}\n", number, text);
#include "relay/server/ops/exit_codes.def"
#undef EXIT_CODE
  return out;
}

}  // namespace turnpike::server
