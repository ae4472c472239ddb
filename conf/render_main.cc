// turnpike-render-options [credentials-]<help|man|sample|page>: prints one rendering of an option
// table, for the build and its test.
#include <cstdio>
#include <string>
#include <string_view>

#include "conf/render.h"
#include "conf/render_credentials.h"

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  std::string text;
  if (what == "help") text = turnpike::conf::render_help();
  if (what == "man") text = turnpike::conf::render_man_page();
  if (what == "sample") text = turnpike::conf::render_sample_config();
  if (what == "page") text = turnpike::conf::render_options_page();
  if (what == "credentials-help") text = turnpike::conf::render_credentials_help();
  if (what == "credentials-man") text = turnpike::conf::render_credentials_man_page();
  if (what == "credentials-sample") text = turnpike::conf::render_credentials_sample();
  if (what == "credentials-page") text = turnpike::conf::render_credentials_page();
  if (text.empty()) {
    std::fputs("usage: turnpike-render-options [credentials-](help|man|sample|page)\n", stderr);
    return 2;
  }
  return std::fputs(text.c_str(), stdout) < 0 ? 1 : 0;
}
