// A cobrowse.yml from a string.
#pragma once

#include "conf/load_cobrowse.h"
#include "tests/unit/conf/yaml_loading.h"

namespace turnpike::conf {

/// What no cobrowse.yml may be without; its four lines stand before the text of a test.
inline const std::string kNeeded =
    "public_url: https://help.example.org\n"
    "secrets: [a]\n"
    "relays:\n"
    "  - host: turn.example.org\n";

inline CobrowseOutcome load_cobrowse(const std::string& text,
                                     std::map<std::string, std::string> files = {}) {
  MapReader reader(std::move(files));
  return load_cobrowse_text(text, "b.yml", secrets_of(reader));
}

/// What is said about the text behind kNeeded.
inline std::string cobrowse_complaints(const std::string& text) {
  return complaints(load_cobrowse(kNeeded + text));
}

}  // namespace turnpike::conf
