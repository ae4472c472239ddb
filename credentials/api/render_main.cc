// turnpike-render-routes <page|openapi>: prints one rendering of the table of routes, for the build
// and its test.
#include <cstdio>
#include <string>
#include <string_view>

#include "credentials/api/pretty_json.h"
#include "credentials/api/routes.h"
#include "http/core/json.h"

int main(int argc, char** argv) {
  namespace api = turnpike::credentials::api;
  const std::string_view what = argc == 2 ? argv[1] : "";
  std::string text;
  if (what == "page") text = api::render_route_page();
  if (what == "openapi") {
    const auto document =
        turnpike::http::parse_json(api::render_openapi(), {.bytes = 1 << 20, .depth = 32});
    if (document) text = api::pretty_json(*document);
  }
  if (text.empty()) {
    std::fputs("usage: turnpike-render-routes (page|openapi)\n", stderr);
    return 2;
  }
  return std::fputs(text.c_str(), stdout) < 0 ? 1 : 0;
}
