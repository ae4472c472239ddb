// What a request says, wherever it says it: query, form or JSON body, as one bag of texts. Clients
// name the same thing differently, so a value is asked for by all its names.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/core/message.h"

namespace turnpike::credentials::api {

class Parameters {
 public:
  /// The body counts by its Content-Type; without one, a body that begins with "{" is JSON. In a
  /// JSON body only texts, whole numbers and flags at the top count. The query wins over the body.
  /// The error is a sentence for the caller.
  static Result<Parameters, std::string> read(const http::Request& request);

  /// The value of the first of these names that is there and not empty.
  std::optional<std::string> find(std::initializer_list<std::string_view> names) const;
  /// The same as a whole number; the error names the parameter.
  Result<std::optional<std::int64_t>, std::string> number(
      std::initializer_list<std::string_view> names) const;

  void set(std::string name, std::string value);

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace turnpike::credentials::api
