// credentials.yml to CredentialsConfig. Whether the values make sense together is
// credentials/server's business.
#pragma once

#include <string>
#include <string_view>

#include "conf/credentials_config.h"
#include "conf/load_yaml.h"

namespace turnpike::conf {

using CredentialsOutcome = YamlOutcome<CredentialsConfig>;

/// An empty text is a config of defaults.
CredentialsOutcome load_credentials_text(std::string_view text, const std::string& file_name,
                                         const SecretSources& sources);
CredentialsOutcome load_credentials_file(const std::string& path, const SecretSources& sources);

}  // namespace turnpike::conf
