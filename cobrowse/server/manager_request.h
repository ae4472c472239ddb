// What the APIs of container managers have in common: JSON over HTTP, and a message in an answer
// that is a refusal.
#pragma once

#include <boost/json/object.hpp>
#include <compare>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/client/fetch.h"

namespace turnpike::cobrowse {

/// Who renderers are in packaging/docker/Dockerfile.renderer, group and user.
inline constexpr unsigned kRendererUid = 10001;

struct ManagerVersion {
  unsigned major = 0;
  unsigned minor = 0;
  auto operator<=>(const ManagerVersion&) const = default;
};

/// Blocks. An answer with one of these statuses; any other is an error with method, path, status
/// and the manager's own words. No body that was sent is in it.
Result<http::ClientResponse, std::string> ask(const http::ClientRequest& request,
                                              std::initializer_list<unsigned> good);

/// The member `message` of an answer, 300 characters at most; or its status.
std::string manager_words(const http::ClientResponse& answer);

/// The text at the end of a path of members; empty where there is none.
std::string text_at(const boost::json::object& object,
                    std::initializer_list<std::string_view> path);

/// For a value in a query (RFC 3986 section 2.1).
std::string percent_encode(std::string_view text);

}  // namespace turnpike::cobrowse
