#include "conf/credentials_program.h"

#include "conf/credentials_table.h"

namespace turnpike::conf {

YamlProgram credentials_program() {
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

}  // namespace turnpike::conf
