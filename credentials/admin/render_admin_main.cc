// turnpike-render-admin <turnadmin-man|turnpike-man>: prints one rendering of a table, for the
// build and its test.
#include <cstdio>
#include <string>
#include <string_view>

#include "credentials/admin/render_admin.h"

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  std::string text;
  if (what == "turnadmin-man") text = turnpike::admin::render_turnadmin_man_page();
  if (what == "turnpike-man") text = turnpike::admin::render_turnpike_man_page();
  if (text.empty()) {
    std::fputs("usage: turnpike-render-admin (turnadmin|turnpike)-man\n", stderr);
    return 2;
  }
  return std::fputs(text.c_str(), stdout) < 0 ? 1 : 0;
}
