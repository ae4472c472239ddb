#include "service/arguments.h"

#include <array>
#include <optional>
#include <string_view>

#include "base/log.h"

namespace turnpike::service {
namespace {

using enum Arguments::Command;

struct Option {
  std::string_view name;
  std::optional<Arguments::Command> command;  // nothing: the configuration's place
  bool has_value = false;
};
constexpr std::array kOptions = {Option{"--config", std::nullopt, true},
                                 Option{"-c", std::nullopt, true},
                                 Option{"--check-config", kCheckConfig},
                                 Option{"--dump-config", kDumpConfig},
                                 Option{"--make-api-key", kMakeApiKey, true},
                                 Option{"--verify-audit", kVerifyAudit, true},
                                 Option{"--version", kVersion},
                                 Option{"--help", kHelp},
                                 Option{"-h", kHelp}};

}  // namespace

Result<Arguments, std::string> parse_arguments(std::span<const char* const> args,
                                               std::string config) {
  Arguments parsed;
  parsed.config = std::move(config);
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view arg = args[i];
    const std::size_t equals = arg.find('=');
    const Option* known = nullptr;
    for (const Option& option : kOptions) {
      if (option.name == arg.substr(0, equals)) known = &option;
    }
    if (known == nullptr) {
      return fail("there is no option " + log::log_safe(arg) + ", --help lists them");
    }
    std::string value;
    if (known->has_value && equals != std::string_view::npos) {
      value = arg.substr(equals + 1);
    } else if (known->has_value && i + 1 < args.size()) {
      value = args[++i];
    }
    if (known->has_value && value.empty()) return fail(std::string(known->name) + " needs a value");
    if (!known->has_value && equals != std::string_view::npos) {
      return fail(std::string(known->name) + " takes no value");
    }
    if (known->command) {
      parsed.command = *known->command;
      parsed.value = value;
    } else {
      parsed.config = value;
    }
  }
  return parsed;
}

}  // namespace turnpike::service
