// Where this server itself is reached: what no page that it renders may fetch.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace turnpike::cobrowse {

/// "*:8090", "0.0.0.0:8090" and "[::]:8090" once for each address that this machine has now;
/// anything else as it is.
std::vector<std::string> every_own_address(std::string_view listen);

}  // namespace turnpike::cobrowse
