#include "conf/cobrowse_program.h"

#include "conf/cobrowse_table.h"

namespace turnpike::conf {

YamlProgram cobrowse_program() {
  return {
      .name = "turnpike-cobrowse",
      .file = "cobrowse.yml",
      .source = "conf/cobrowse_options.def",
      .purpose = "co-browsing sessions: pages, invites, and a renderer for each",
      .reload =
          "Read the certificates again; when they are wrong the old ones stay. The configuration "
          "is read at a start, which sessions that run outlive.",
      .commands = {{"--make-api-key=ID",
                    "Print a new API key once, and the lines to put in the configuration."},
                   {"--verify-audit=FILE", "Check the chain of an audit log."}},
      .table = cobrowse_table()};
}

}  // namespace turnpike::conf
