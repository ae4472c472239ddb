// JSON on several lines, for files that people read and compare.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace turnpike::credentials::api {

/// Indented by two spaces, ended by a newline; what fits on a line of 100 characters stays on one.
std::string pretty_json(const boost::json::value& value);

}  // namespace turnpike::credentials::api
