// `turnpike`: the program with a subcommand for each small job. Knows their names; what they do is
// in the rooms that they call.
#include <array>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include "credentials/core/mint.h"
#include "relay/crypto/crypto_rng.h"

namespace {

constexpr int kUsageError = 2;

void print(std::FILE* to, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), to);
}

struct Subcommand {
  std::string_view name;
  std::string_view what;
  int (*run)(std::span<char*> arguments);
};

std::string help_of(std::string_view subcommand) {
  std::string text;
#define SUBCOMMAND(name, arguments, what, help) \
  if (subcommand == #name) text = "Usage: turnpike " #name " " arguments "\n" help "\n";
#include "credentials/admin/turnpike_subcommands.def"
  return text;
}

int keygen(std::span<char*> arguments) {
  bool verbose = false;
  for (const std::string_view argument : arguments) {
    if (argument == "--help" || argument == "-h") {
      print(stdout, help_of("keygen"));
      return 0;
    }
    if (argument != "--verbose" && argument != "-v") {
      print(stderr, "turnpike keygen: unknown argument '" + std::string(argument) +
                        "', see turnpike keygen --help\n");
      return kUsageError;
    }
    verbose = true;
  }
  turnpike::crypto::CryptoRng rng;
  const turnpike::Secret key = turnpike::credentials::generate_shared_secret(rng);
  if (verbose) print(stdout, "Generated, random auth secret: ");
  print(stdout, key.reveal());
  print(stdout, "\n");
  if (std::fflush(stdout) == 0) return 0;
  print(stderr, "turnpike keygen: cannot write the key to standard output\n");
  return 1;
}

constexpr std::array kSubcommands = {
#define SUBCOMMAND(name, arguments, what, help) Subcommand{#name, what, name},
#include "credentials/admin/turnpike_subcommands.def"
};

std::string usage() {
  std::string text =
      "Usage: turnpike SUBCOMMAND [arguments], turnpike --help, turnpike --version\n";
  for (const Subcommand& each : kSubcommands) {
    text.append("  ").append(each.name).append("    ").append(each.what).append("\n");
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  const std::string_view name = argc > 1 ? arguments[1] : "";
  if (name == "--help" || name == "-h") {
    print(stdout, usage());
    return 0;
  }
  if (name == "--version") {
    print(stdout, "turnpike " TURNPIKE_VERSION "\n");
    return 0;
  }
  for (const Subcommand& each : kSubcommands) {
    if (each.name == name) return each.run(arguments.subspan(2));
  }
  if (!name.empty()) print(stderr, "turnpike: no subcommand '" + std::string(name) + "'\n");
  print(stderr, usage());
  return kUsageError;
}
