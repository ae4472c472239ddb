#include "credentials/api/routes.h"

#include <array>
#include <vector>

#include "http/core/entry_paths.h"

namespace turnpike::credentials::api {
namespace {

using enum http::Method;
using enum http::TrustLevel;

constexpr std::array kRoutes = {
#define ROUTE(action, method, pattern, trust, success, shape, summary) \
  Route{Action::action, method, pattern, trust, success, Shape::shape, summary},
#include "credentials/api/adapters.def"
#undef ROUTE
};

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> list;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t slash = path.find('/');
    list.push_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  }
  return list;
}

bool is_value(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

bool matches(std::string_view pattern, const std::vector<std::string_view>& path,
             PathValues& values) {
  const auto wanted = segments(pattern);
  if (wanted.size() != path.size()) return false;
  PathValues found;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (is_value(wanted[i])) {
      if (path[i].empty()) return false;
      found.emplace(wanted[i].substr(1, wanted[i].size() - 2), path[i]);
    } else if (wanted[i] != path[i]) {
      return false;
    }
  }
  values = std::move(found);
  return true;
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

Found find_route(http::Method method, std::string_view path, http::TrustLevel trust) {
  if (method == kHead) method = kGet;
  const auto parts = segments(path);
  Found found;
  for (const Route& route : kRoutes) {
    PathValues values;
    if (!http::may_reach(trust, route.trust)) continue;
    if (!matches(route.pattern, parts, values)) continue;
    if (route.method == method) return {&route, std::move(values), {}, route.shape};
    if (!found.allow.empty()) found.allow += ", ";
    found.allow += http::method_name(route.method);
    found.shape = route.shape;
  }
  return found;
}

}  // namespace turnpike::credentials::api
