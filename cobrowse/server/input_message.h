// A participant's input, checked member by member: what goes on to the renderer is made anew from
// what was understood, and nothing else of what a page sent.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cobrowse/session/control.h"

namespace turnpike::cobrowse {

struct InputMessage {
  InputKind kind{};
  boost::json::object forward{};
};

/// Nothing: `type` is no input. The error says which member makes no sense.
std::optional<Result<InputMessage, std::string>> read_input(std::string_view type,
                                                            const boost::json::object& message);

}  // namespace turnpike::cobrowse
