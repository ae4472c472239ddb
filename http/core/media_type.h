// Media types of Content-Type and Accept (RFC 9110 sections 8.3 and 12.5.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace turnpike::http {

struct MediaType {
  std::string type;     // lower case: "application"
  std::string subtype;  // lower case: "json"
  std::string charset;  // lower case, empty when it is not named; other parameters are checked only

  /// "application/json"
  std::string essence() const { return type + "/" + subtype; }
  /// application/json, or a type that ends in "+json" (RFC 6839).
  bool is_json() const;
};

/// Nothing for text that is no media type. "*" is not one here.
std::optional<MediaType> parse_media_type(std::string_view text);

/// Whether an Accept header allows `essence` ("application/json"): the most specific range decides,
/// q=0 forbids. An empty header allows everything, one that cannot be read too.
bool accepts(std::string_view accept, std::string_view essence);

}  // namespace turnpike::http
