// Config texts and command lines: whatever comes in, the loader returns, every report is plain
// lines, and origins match values. An input that starts with '-' is a command line with one
// argument per line; anything else is a file.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/check.h"
#include "conf/load_turnserver.h"
#include "conf/render.h"

namespace {

using namespace turnpike::conf;

class NoFiles final : public FileReader {
 public:
  turnpike::Result<std::string, ReadError> read(const std::string&) override {
    return turnpike::fail(ReadError::kNotFound);
  }
};

LoadOutcome load_arguments(const std::string& text) {
  std::vector<std::string> words = {"turnserver"};
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::vector<const char*> args;
  for (const std::string& word : words) args.push_back(word.c_str());
  NoFiles files;
  return load_turnserver_config(args, files, {.domain_name = "example.org"});
}

void check_lines(const std::string& text) {
  CHECK(text.empty() || text.back() == '\n');
  for (const char c : text)
    CHECK(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
}

template <class Value>
inline constexpr bool kIsList = false;
template <class Element>
inline constexpr bool kIsList<std::vector<Element>> = true;

void check_origins(const TurnserverConfig& config) {
  for_each_option(config, [&](const OptionRow& row, const auto& field, const auto&) {
    const std::size_t origins = config.origins[static_cast<std::size_t>(row.id)].size();
    if constexpr (kIsList<std::remove_cvref_t<decltype(field)>>) {
      CHECK(origins == field.size());
    } else {
      CHECK(origins <= 1);
    }
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const LoadOutcome outcome = text.starts_with('-')
                                  ? load_arguments(text)
                                  : load_turnserver_text(text, "fuzz.conf", {.domain_name = "x"});
  check_origins(outcome.config);
  check_lines(render_check(outcome).text);
  check_lines(render_dump(outcome.config));
  // Whatever would start has somebody to ask for credentials, was told not to, or relays nothing.
  const TurnserverConfig& config = outcome.config;
  CHECK(!outcome.ok() || config.no_auth || config.stun_only || config.lt_cred_mech ||
        config.use_auth_secret);
  CHECK(!outcome.ok() || config.min_port <= config.max_port);
  return 0;
}
