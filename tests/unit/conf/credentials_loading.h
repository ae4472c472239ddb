// A credentials.yml from a string, with files and an environment that exist only here.
#pragma once

#include <map>
#include <string>

#include "conf/load_credentials.h"

namespace turnpike::conf {

class MapReader final : public FileReader {
 public:
  explicit MapReader(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  Result<std::string, ReadError> read(const std::string& path) override {
    const auto found = files_.find(path);
    if (found == files_.end()) return fail(ReadError::kNotFound);
    return found->second;
  }

 private:
  std::map<std::string, std::string> files_;
};

inline CredentialsOutcome load_yaml(const std::string& text,
                                    std::map<std::string, std::string> files = {}) {
  MapReader reader(std::move(files));
  const SecretSources sources{reader, [](const std::string& name) -> std::optional<std::string> {
                                if (name != "TURN_SECRET") return std::nullopt;
                                return "from-the-environment";
                              }};
  return load_credentials_text(text, "c.yml", sources);
}

/// Every diagnostic, one per line.
inline std::string complaints(const CredentialsOutcome& outcome) {
  std::string text;
  for (const Diagnostic& diagnostic : outcome.diagnostics.all()) {
    text += diagnostic.to_string() + "\n";
  }
  return text;
}

}  // namespace turnpike::conf
