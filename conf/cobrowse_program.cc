#include "conf/cobrowse_program.h"

#include "conf/cobrowse_table.h"

namespace turnpike::conf {

YamlProgram cobrowse_program() {
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

}  // namespace turnpike::conf
