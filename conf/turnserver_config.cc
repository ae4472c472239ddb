// Where values came from.
#include "conf/turnserver_config.h"

#include <fmt/format.h>

namespace turnpike::conf {

std::string Origin::to_string() const {
  switch (source) {
    case Source::kDefault:
      return "default";
    case Source::kFile:
      return fmt::format("{}:{}", detail, line);
    case Source::kCommandLine:
      return "command line";
    case Source::kImplied:
      return fmt::format("implied by {}", detail);
  }
  return "";
}

const Origin& TurnserverConfig::origin(Option option, std::size_t index) const {
  static const Origin default_origin;
  const auto& list = origins[static_cast<std::size_t>(option)];
  return index < list.size() ? list[index] : default_origin;
}

const TurnserverConfig& default_config() {
  static const TurnserverConfig config;
  return config;
}

}  // namespace turnpike::conf
