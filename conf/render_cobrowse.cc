// What the renderings say of turnpike-cobrowse.
#include "conf/render_cobrowse.h"

#include "conf/cobrowse_table.h"
#include "conf/render_yaml.h"

namespace turnpike::conf {
namespace {

YamlProgram program() {
  return {.name = "turnpike-cobrowse",
          .file = "cobrowse.yml",
          .source = "conf/cobrowse_options.def",
          .purpose = "co-browsing sessions: pages, invites, and a renderer for each",
          .reload =
              "Read the configuration and the certificates again; when they are wrong the old ones "
              "stay. Sessions that run keep what they have.",
          .commands = {},
          .table = cobrowse_table()};
}

}  // namespace

std::string render_cobrowse_help() {
  return render_yaml_help(program());
}

std::string render_cobrowse_man_page() {
  return render_yaml_man_page(program());
}

std::string render_cobrowse_sample() {
  return render_yaml_sample(program());
}

std::string render_cobrowse_page() {
  return render_yaml_page(program());
}

std::string render_cobrowse_dump(const CobrowseConfig& config) {
  CobrowseConfig copy = config;
  return render_yaml_dump(cobrowse_target(copy));
}

}  // namespace turnpike::conf
