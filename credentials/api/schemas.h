// What bodies look like, as JSON Schema (OpenAPI 3.1): components/schemas of openapi.json. The
// bodies themselves are made in bodies.cc and failure.cc; a test holds them against this.
#pragma once

#include <boost/json/object.hpp>

namespace turnpike::credentials::api {

/// By name: "Credential", "Problem", …
boost::json::object schemas();

}  // namespace turnpike::credentials::api
