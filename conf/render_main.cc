// turnpike-render-options [credentials-|cobrowse-]<help|man|sample|page>: prints one rendering of
// an option table, for the build and its test.
#include <cstdio>
#include <string>
#include <string_view>

#include "conf/render.h"
#include "conf/render_cobrowse.h"
#include "conf/render_credentials.h"

namespace {

struct Rendering {
  std::string_view name;
  std::string (*render)();
};

constexpr Rendering kRenderings[] = {
    {"help", turnpike::conf::render_help},
    {"man", turnpike::conf::render_man_page},
    {"sample", turnpike::conf::render_sample_config},
    {"page", turnpike::conf::render_options_page},
    {"credentials-help", turnpike::conf::render_credentials_help},
    {"credentials-man", turnpike::conf::render_credentials_man_page},
    {"credentials-sample", turnpike::conf::render_credentials_sample},
    {"credentials-page", turnpike::conf::render_credentials_page},
    {"cobrowse-help", turnpike::conf::render_cobrowse_help},
    {"cobrowse-man", turnpike::conf::render_cobrowse_man_page},
    {"cobrowse-sample", turnpike::conf::render_cobrowse_sample},
    {"cobrowse-page", turnpike::conf::render_cobrowse_page},
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  for (const Rendering& rendering : kRenderings) {
    if (rendering.name != what) continue;
    return std::fputs(rendering.render().c_str(), stdout) < 0 ? 1 : 0;
  }
  std::fputs("usage: turnpike-render-options [credentials-|cobrowse-](help|man|sample|page)\n",
             stderr);
  return 2;
}
