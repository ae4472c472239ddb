// What each route takes and answers, as the rendered references tell it: parameters.def and the
// names of the schemas in schemas.h. Nothing is parsed here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "credentials/api/routes.h"

namespace turnpike::credentials::api {

struct ParameterRow {
  enum class Type : std::uint8_t { kText, kWholeNumber, kObject };
  enum class Need : std::uint8_t { kOptional, kRequired };
  std::string_view name;
  Type type{};
  std::uint64_t where = 0;  // a bit per Action
  Need need{};
  std::string_view what;

  bool is_for(Action action) const { return (where >> static_cast<unsigned>(action) & 1U) != 0; }
};

/// Those of a route, in the order of the table; not those of its path.
std::vector<ParameterRow> parameters_of(Action action);

struct PathParameter {
  std::string name;
  std::string_view what;
};
/// The {name} segments, in their order.
std::vector<PathParameter> path_parameters_of(const Route& route);

struct Answer {
  std::string_view schema;  // empty: there is no body
  std::string_view media_type = "application/json";
};
/// Of success.
Answer answer_of(Action action);
/// Of errors.
Answer error_of(Shape shape);

/// Whether a relay's credential is in the answer.
bool gives_credential(Action action);
/// Whether anybody may ask.
bool is_open(Action action);

/// A body of success with made-up values: rendered by the code that answers where that needs
/// nothing but a credential, else the example of its schema. Empty: there is no body.
std::string example_of(const Route& route);

}  // namespace turnpike::credentials::api
