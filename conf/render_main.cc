// turnpike-render-options [credentials-|cobrowse-]<help|man|sample|page>: prints one rendering of
// an option table, for the build and its test.
#include <cstdio>
#include <string>
#include <string_view>

#include "conf/cobrowse_program.h"
#include "conf/credentials_program.h"
#include "conf/render.h"
#include "conf/render_yaml.h"

namespace {

using turnpike::conf::YamlProgram;

std::string render_turnserver(std::string_view what) {
  if (what == "help") return turnpike::conf::render_help();
  if (what == "man") return turnpike::conf::render_man_page();
  if (what == "sample") return turnpike::conf::render_sample_config();
  if (what == "page") return turnpike::conf::render_options_page();
  return {};
}

std::string render_service(const YamlProgram& program, std::string_view what) {
  if (what == "help") return turnpike::conf::render_yaml_help(program);
  if (what == "man") return turnpike::conf::render_yaml_man_page(program);
  if (what == "sample") return turnpike::conf::render_yaml_sample(program);
  if (what == "page") return turnpike::conf::render_yaml_page(program);
  return {};
}

/// Empty for words that mean nothing here.
std::string render(std::string_view what) {
  const std::size_t dash = what.find('-');
  if (dash == std::string_view::npos) return render_turnserver(what);
  const std::string_view service = what.substr(0, dash);
  what.remove_prefix(dash + 1);
  if (service == "credentials") return render_service(turnpike::conf::credentials_program(), what);
  if (service == "cobrowse") return render_service(turnpike::conf::cobrowse_program(), what);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const std::string text = render(argc == 2 ? argv[1] : "");
  if (text.empty()) {
    std::fputs("usage: turnpike-render-options [credentials-|cobrowse-](help|man|sample|page)\n",
               stderr);
    return 2;
  }
  return std::fputs(text.c_str(), stdout) < 0 ? 1 : 0;
}
