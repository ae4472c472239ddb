// cobrowse.yml to CobrowseConfig, and what check_cobrowse.h has to say about it.
#pragma once

#include <string>
#include <string_view>

#include "conf/cobrowse_config.h"
#include "conf/load_yaml.h"

namespace turnpike::conf {

using CobrowseOutcome = YamlOutcome<CobrowseConfig>;

/// An empty text is a config of defaults, which lacks what has none.
CobrowseOutcome load_cobrowse_text(std::string_view text, const std::string& file_name,
                                   const SecretSources& sources);
CobrowseOutcome load_cobrowse_file(const std::string& path, const SecretSources& sources);

}  // namespace turnpike::conf
