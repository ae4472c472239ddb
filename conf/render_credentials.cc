// What the renderings say of turnpike-credentials.
#include "conf/render_credentials.h"

#include "conf/credentials_table.h"
#include "conf/render_yaml.h"

namespace turnpike::conf {
namespace {

YamlProgram program() {
  return {.name = "turnpike-credentials",
          .file = "credentials.yml",
          .source = "conf/credentials_options.def",
          .purpose = "hands out, lists and revokes TURN credentials over HTTP",
          .reload =
              "Read the configuration and the certificates again; when they are wrong the old ones "
              "stay.",
          .commands = {{"--make-api-key=ID",
                        "Print a new API key once, and the lines to put in the configuration."},
                       {"--verify-audit=FILE", "Check the chain of an audit log."}},
          .table = credentials_table()};
}

}  // namespace

std::string render_credentials_help() {
  return render_yaml_help(program());
}

std::string render_credentials_man_page() {
  return render_yaml_man_page(program());
}

std::string render_credentials_sample() {
  return render_yaml_sample(program());
}

std::string render_credentials_page() {
  return render_yaml_page(program());
}

std::string render_credentials_dump(const CredentialsConfig& config) {
  CredentialsConfig copy = config;
  return render_yaml_dump(credentials_target(copy));
}

}  // namespace turnpike::conf
