#include "conf/load_cobrowse.h"

#include "conf/check_cobrowse.h"
#include "conf/cobrowse_table.h"

namespace turnpike::conf {

CobrowseOutcome load_cobrowse_text(std::string_view text, const std::string& file_name,
                                   const SecretSources& sources) {
  CobrowseOutcome outcome;
  const YamlTarget target = cobrowse_target(outcome.config);
  if (load_yaml_text({text, file_name}, sources, target, outcome.diagnostics)) {
    check_cobrowse(outcome.config, outcome.diagnostics);
  }
  return outcome;
}

CobrowseOutcome load_cobrowse_file(const std::string& path, const SecretSources& sources) {
  CobrowseOutcome outcome;
  const YamlTarget target = cobrowse_target(outcome.config);
  if (load_yaml_file(path, sources, target, outcome.diagnostics)) {
    check_cobrowse(outcome.config, outcome.diagnostics);
  }
  return outcome;
}

}  // namespace turnpike::conf
